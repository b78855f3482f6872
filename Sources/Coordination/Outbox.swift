import DequeModule

/// A worker's finished results that are not acknowledged, from the spool until the coordinator has them.
///
/// Whatever happens to a result costs the same however many there are.
struct Outbox: Sendable {
    /// Where a result is.
    enum Place: Hashable, Sendable {
        /// To the disk; not offered yet. Can become onDisk or inMemory.
        case onItsWay
        case onDisk
        /// The disk has refused it; it is offered all the same, and tried again. Can become onDisk.
        case inMemory
    }

    struct Result: Hashable, Sendable {
        let entry: SpoolEntry
        var place: Place
        /// Whether the file that belongs to it is not known to be with the coordinator; it is not offered before.
        var lacksFile: Bool

        init(entry: SpoolEntry, place: Place) {
            (self.entry, self.place) = (entry, place)
            lacksFile = entry.result.artifact != nil
        }

        var canBeOffered: Bool { place != .onItsWay && !lacksFile }
    }

    private struct Slot: Sendable {
        var result: Result
        /// Its place among all that have come, counted from 1.
        let number: Int
    }

    private var slots: [SpoolEntry.Key: Slot] = [:]
    private var counts: [AttemptName: Int] = [:]
    private var last = 0
    /// What can be offered, the oldest first; some of it is acknowledged by now.
    private var ready: Deque<SpoolEntry.Key> = []
    /// What is offered and not acknowledged, and when it was offered last.
    private var offered: [SpoolEntry.Key: Moment] = [:]
    private var offeredBytes = 0
    /// Before then no offer has waited for too long.
    private var nextRepeat = Moment.start
    /// How many results the disk has refused.
    private(set) var refusedCount = 0

    init(_ results: [Result] = []) {
        for result in results { put(result) }
    }

    var count: Int { slots.count }
    var isEmpty: Bool { slots.isEmpty }

    /// All of them, the oldest first.
    var all: [Result] { slots.values.sorted { $0.number < $1.number }.map(\.result) }

    func contains(_ key: SpoolEntry.Key) -> Bool { slots[key] != nil }

    /// Whether results of this attempt are among them.
    func hasResults(of name: AttemptName) -> Bool { counts[name] != nil }

    mutating func add(_ entry: SpoolEntry, place: Place = .onItsWay) {
        last += 1
        slots[entry.key] = Slot(result: Result(entry: entry, place: place), number: last)
        counts[entry.key.name, default: 0] += 1
        if place == .inMemory { refusedCount += 1 }
    }

    /// The files that results need before they are offered, the oldest first.
    var lackedFiles: [TrialArtifact] {
        slots.values.filter(\.result.lacksFile).sorted { $0.number < $1.number }.compactMap(
            \.result.entry.result.artifact)
    }

    /// The results that a file belongs to.
    func keys(of file: BlobName) -> [SpoolEntry.Key] {
        slots.filter { $0.value.result.entry.result.artifact?.name == file }.sorted {
            $0.value.number < $1.value.number
        }
        .map(\.key)
    }

    /// A file is with the coordinator, so that its results can be offered.
    mutating func complete(_ file: BlobName) {
        for key in keys(of: file) where slots[key]?.result.lacksFile == true {
            slots[key]?.result.lacksFile = false
            if slots[key]?.result.canBeOffered == true { ready.append(key) }
        }
    }

    /// The coordinator does not have the file of a result that it was offered.
    ///
    /// - Returns: The file; nil where the result is not here, or has none.
    mutating func lack(_ key: SpoolEntry.Key) -> TrialArtifact? {
        guard let file = slots[key]?.result.entry.result.artifact else { return nil }
        withdraw(key)
        slots[key]?.result.lacksFile = true
        return file
    }

    /// Takes over a result from another outbox.
    mutating func put(_ result: Result) {
        add(result.entry, place: result.place)
        slots[result.entry.key]?.result.lacksFile = result.lacksFile
        if result.canBeOffered { ready.append(result.entry.key) }
    }

    /// What the disk has said of a result; one that is acknowledged by now is not here any more.
    mutating func settle(_ key: SpoolEntry.Key, as place: Place) {
        guard let before = slots[key]?.result.place, before != place else { return }
        slots[key]?.result.place = place
        if before == .onItsWay, slots[key]?.result.canBeOffered == true { ready.append(key) }
        if before == .inMemory { refusedCount -= 1 }
        if place == .inMemory { refusedCount += 1 }
    }

    /// A result is acknowledged, or belongs elsewhere.
    ///
    /// - Returns: The result; nil where it is not here.
    mutating func remove(_ key: SpoolEntry.Key) -> Result? {
        guard let result = slots[key]?.result else { return nil }
        withdraw(key)
        slots[key] = nil
        if result.place == .inMemory { refusedCount -= 1 }
        counts[key.name, default: 1] -= 1
        if counts[key.name] == 0 { counts[key.name] = nil }
        return result
    }

    /// Those that the disk has refused, the oldest first.
    var refused: [SpoolEntry] {
        refusedCount == 0 ? [] : all.filter { $0.place == .inMemory }.map(\.entry)
    }

    // MARK: Offers

    /// The next result to offer, which counts as offered from now on; nil where there is none, or enough are under way.
    mutating func nextOffer(at now: Moment, within policy: Policy) -> SpoolEntry? {
        while offered.count < policy.offersAtOnce, offeredBytes < policy.offerBytesAtOnce, let key = ready.popFirst() {
            guard offered[key] == nil, let result = slots[key]?.result, result.canBeOffered else { continue }
            let entry = result.entry
            offered[key] = now
            offeredBytes += entry.offerBytes
            return entry
        }
        return nil
    }

    /// The coordinator asks for the rest of a result, so it knows of it.
    ///
    /// - Returns: The result; nil where it is not here.
    mutating func renewOffer(of key: SpoolEntry.Key, at now: Moment) -> TrialResult? {
        if offered[key] != nil { offered[key] = now }
        return slots[key]?.result.entry.result
    }

    /// Lets what nobody has answered for a while be offered again.
    ///
    /// - Complexity: O(1) but for one call in a while, which is O(results under way).
    mutating func repeatUnanswered(at now: Moment, after patience: Duration) {
        guard nextRepeat <= now, !offered.isEmpty else { return }
        takeBack(offered.keys.filter { now.duration(since: offered[$0] ?? now) >= patience })
        nextRepeat = (offered.values.min() ?? now).advanced(by: patience)
    }

    /// Lets everything be offered again, since the connection is gone.
    mutating func repeatAll() { takeBack(Array(offered.keys)) }

    private mutating func takeBack(_ keys: [SpoolEntry.Key]) {
        let newestFirst = keys.sorted { slots[$0]?.number ?? 0 > slots[$1]?.number ?? 0 }
        for key in newestFirst {
            withdraw(key)
            ready.prepend(key)
        }
    }

    private mutating func withdraw(_ key: SpoolEntry.Key) {
        guard offered.removeValue(forKey: key) != nil else { return }
        offeredBytes -= slots[key]?.result.entry.offerBytes ?? 0
    }
}

extension SpoolEntry {
    /// About how many bytes its offer takes; of large maps the offer has only the shapes.
    fileprivate var offerBytes: Int { min(size, Policy.inlineBytes) }
}
