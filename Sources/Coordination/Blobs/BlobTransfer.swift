import DequeModule

/// Decides what a worker asks for next until it has the blobs that a task needs.
///
/// A value like ``Worker``: events and the time go in, effects come out. Ranges of a blob are asked for in order, so what is
/// written is always a beginning of it, from which any later connection or process goes on. What is asked for and not
/// answered never exceeds the credit.
package struct BlobTransfer: Sendable {
    /// Something that is needed.
    package struct Wanted: Hashable, Sendable {
        package let name: BlobName
        /// In bytes; nil where the coordinator has to be asked.
        package let size: Int?
        /// How many bytes of it are on this host already, from an earlier try.
        package let kept: Int

        package init(_ name: BlobName, size: Int? = nil, kept: Int = 0) {
            (self.name, self.size, self.kept) = (name, size, kept)
        }
    }

    package enum Event: Hashable, Sendable {
        /// There is a new connection; nothing was sent on it yet.
        case connected
        case disconnected
        case received(BlobAnswer)
        case wanted([Wanted])
        /// Answers `look`: so many bytes of it are on this host; nil where all of it is.
        case found(BlobName, kept: Int?)
        /// Answers `check`.
        case checked(BlobName, isSound: Bool)
        /// The moment asked for by the last `wake` has come.
        case woke
    }

    package enum Effect: Hashable, Sendable {
        case send(BlobRequest)
        /// See what of it is on this host already; answer with `found`.
        case look(BlobName, size: Int, path: String?)
        /// Add these bytes, which follow those that are there.
        case write(BlobName, offset: Int, bytes: [UInt8])
        /// All bytes are there: compare them with the name, and throw them away where they are others.
        case check(BlobName)
        case finished(BlobName)
        case failed(BlobName, BlobFailure)
        /// Close the connection and make another one; the shell waits in between, longer after each failure in a row.
        case reconnect(failures: Int)
        case wake(at: Moment)
    }

    /// A blob on its way.
    private struct Blob {
        var size: Int?
        var stage: Stage
        /// How many bytes are written, and up to where more are asked for.
        var written = 0
        var asked = 0
        /// Answers that were not what was asked for, and whole blobs that were others.
        var faults = 0

        /// How many bytes are asked for and not answered; a description counts as one.
        var outstanding: Int { asked - written }

        mutating func rewind() {
            asked = written
        }

        mutating func goOn(from start: Int) {
            (stage, written, asked) = (.fetching, start, start)
        }
    }

    private enum Stage {
        /// Its size is not known. Can become looking.
        case describing
        /// The shell sees what is there. Can become fetching.
        case looking
        /// Can become checking.
        case fetching
        /// All bytes are there. Can become fetching, from the beginning.
        case checking
    }

    private var blobs: [BlobName: Blob] = [:]
    /// Those that nothing is asked for yet, in their order.
    private var waiting: Deque<BlobName> = []
    /// Those of which a part is asked for or to be asked for.
    private var active: [BlobName] = []
    private var isConnected = false
    private var lastHeard = Moment.start
    private var silences = 0
    private var failures = 0
    private var nextWake: Moment?

    /// Bytes that may be asked for and not answered.
    package static let credit = 8 * Policy.chunkBytes
    /// Blobs that are asked for at a time; far below ZeroMQ's high-water mark.
    private static let activeLimit = 24
    /// How long an answer may take before it is asked for again.
    package static let patience = Duration.seconds(5)
    private static let silencesLimit = 3
    /// Times that a blob may turn out to be another one.
    private static let faultsLimit = 3

    package init() {}

    /// Whether everything that was wanted has come, or cannot.
    package var isDone: Bool { blobs.isEmpty }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: Event, at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .connected:
            (isConnected, lastHeard, silences) = (true, now, 0)
            rewind()
        case .disconnected: reconnect(&effects)
        case .received(let answer):
            (lastHeard, silences, failures) = (now, 0, 0)
            receive(answer, &effects)
        case .wanted(let wanted): for blob in wanted { add(blob, &effects) }
        case .found(let name, let kept): begin(name, kept: kept, &effects)
        case .checked(let name, let isSound): conclude(name, isSound: isSound, &effects)
        case .woke: lookAround(at: now, &effects)
        }
        ask(at: now, &effects)
        askToWake(at: now, &effects)
        return effects
    }

    // MARK: What is wanted

    private mutating func add(_ wanted: Wanted, _ effects: inout [Effect]) {
        guard blobs[wanted.name] == nil else { return }
        blobs[wanted.name] = Blob(size: wanted.size, stage: wanted.size == nil ? .describing : .looking)
        waiting.append(wanted.name)
        if wanted.size != nil { begin(wanted.name, kept: wanted.kept, &effects) }
    }

    /// Goes on behind what is there.
    private mutating func begin(_ name: BlobName, kept: Int?, _ effects: inout [Effect]) {
        guard let blob = blobs[name], blob.stage == .looking, let size = blob.size else { return }
        guard let kept else {
            end(name, .finished(name), &effects)
            return
        }
        // More than there can be is something else.
        let start = kept <= size ? kept : 0
        blobs[name]?.goOn(from: start)
        if start == size { check(name, &effects) }
    }

    private mutating func check(_ name: BlobName, _ effects: inout [Effect]) {
        blobs[name]?.stage = .checking
        effects.append(.check(name))
    }

    private mutating func conclude(_ name: BlobName, isSound: Bool, _ effects: inout [Effect]) {
        guard blobs[name]?.stage == .checking else { return }
        if isSound {
            end(name, .finished(name), &effects)
            return
        }
        blobs[name]?.goOn(from: 0)
        blame(name, .otherContent, &effects)
    }

    /// Counts a fault, and gives the blob up after too many.
    private mutating func blame(_ name: BlobName, _ failure: BlobFailure, _ effects: inout [Effect]) {
        blobs[name]?.faults += 1
        if let blob = blobs[name], blob.faults >= Self.faultsLimit { end(name, .failed(name, failure), &effects) }
    }

    private mutating func end(_ name: BlobName, _ effect: Effect, _ effects: inout [Effect]) {
        blobs[name] = nil
        active.removeAll { $0 == name }
        effects.append(effect)
    }

    // MARK: Answers

    private mutating func receive(_ answer: BlobAnswer, _ effects: inout [Effect]) {
        switch answer {
        case .described(let name, let size, let path):
            guard blobs[name]?.stage == .describing else { return }
            blobs[name]?.stage = .looking
            blobs[name]?.size = size
            blobs[name]?.rewind()
            effects.append(.look(name, size: size, path: path))
        case .chunk(let name, let offset, let bytes): take(bytes, at: offset, of: name, &effects)
        case .kept: break  // An answer to an upload.
        case .refused(let name, let reason):
            guard blobs[name] != nil else { return }
            end(name, .failed(name, .refused(reason)), &effects)
        }
    }

    private mutating func take(_ bytes: [UInt8], at offset: Int, of name: BlobName, _ effects: inout [Effect]) {
        // What was asked for twice comes twice; the second time it is behind.
        guard let blob = blobs[name], blob.stage == .fetching, let size = blob.size, offset == blob.written,
            blob.asked > blob.written
        else { return }
        guard bytes.count == min(Policy.chunkBytes, size - offset) else {
            blobs[name]?.rewind()
            blame(name, .otherLength, &effects)
            return
        }
        blobs[name]?.written += bytes.count
        effects.append(.write(name, offset: offset, bytes: bytes))
        if blob.written + bytes.count == size { check(name, &effects) }
    }

    // MARK: Asking

    /// Asks for as much as there is credit for, first of the blobs that were begun first.
    private mutating func ask(at now: Moment, _ effects: inout [Effect]) {
        guard isConnected else { return }
        var taken = active.reduce(0) { $0 + (blobs[$1]?.outstanding ?? 0) }
        if taken == 0 { lastHeard = now }
        while active.count < Self.activeLimit, let next = waiting.popFirst() {
            // Some are done before anything was asked.
            if blobs[next] != nil, !active.contains(next) { active.append(next) }
        }
        for name in active {
            guard var blob = blobs[name] else { continue }
            switch (blob.stage, blob.size) {
            case (.fetching, let size?):
                while blob.asked < size, taken < Self.credit {
                    let bytes = min(Policy.chunkBytes, size - blob.asked)
                    effects.append(.send(.want(name, offset: blob.asked, bytes: bytes)))
                    blob.asked += bytes
                    taken += bytes
                }
            case (.describing, _) where blob.outstanding == 0:
                effects.append(.send(.describe(name)))
                blob.asked += 1
            default: break
            }
            blobs[name] = blob
        }
    }

    /// Forgets what was asked for and not answered.
    private mutating func rewind() {
        for name in active { blobs[name]?.rewind() }
    }

    private mutating func lookAround(at now: Moment, _ effects: inout [Effect]) {
        guard isConnected, active.contains(where: { (blobs[$0]?.outstanding ?? 0) > 0 }),
            now.duration(since: lastHeard) >= Self.patience
        else { return }
        silences += 1
        lastHeard = now
        if silences >= Self.silencesLimit {
            reconnect(&effects)
        } else {
            rewind()
        }
    }

    private mutating func reconnect(_ effects: inout [Effect]) {
        isConnected = false
        silences = 0
        failures += 1
        effects.append(.reconnect(failures: failures))
    }

    private mutating func askToWake(at now: Moment, _ effects: inout [Effect]) {
        if let nextWake, nextWake > now { return }
        let moment = now.advanced(by: .seconds(1))
        nextWake = moment
        effects.append(.wake(at: moment))
    }
}

/// Why a blob cannot be had.
package enum BlobFailure: Hashable, Sendable {
    case refused(BlobRefusal)
    /// Its bytes were others each time.
    case otherContent
    /// Not as many bytes came as were asked for, each time.
    case otherLength
}
