/// Decides what a worker sends next until the coordinator has a file of it.
///
/// A value like ``BlobTransfer``, with the same events. Pieces go in order, and what is sent and not answered never exceeds the
/// credit. The coordinator says how much it has, so an interrupted upload goes on from there, on whatever connection.
package struct BlobUpload: Sendable {
    package enum Effect: Hashable, Sendable {
        case send(BlobRequest)
        /// Read this range of the file, and send it as `put`.
        case put(Range<Int>)
        /// All of it is there, checked and on the coordinator's disk.
        case finished
        case refused(BlobRefusal)
        /// Close the connection and make another one; the shell waits in between, longer after each failure in a row.
        case reconnect(failures: Int)
        case wake(at: Moment)
    }

    package let file: TrialArtifact
    /// How much the coordinator has said that it has; nil until it has.
    private var kept: Int?
    /// Up to where pieces were sent.
    private var sent = 0
    private var isConnected = false
    private var lastHeard = Moment.start
    private var silences = 0
    private var failures = 0
    private var nextWake: Moment?
    /// Whether nothing is left to do.
    package private(set) var isDone = false

    private static let silencesLimit = 3

    package init(_ file: TrialArtifact, isConnected: Bool = false) {
        (self.file, self.isConnected) = (file, isConnected)
    }

    /// Begins on a connection that is there already.
    package mutating func begin(at now: Moment) -> [Effect] {
        handle(isConnected ? .connected : .woke, at: now)
    }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: BlobTransfer.Event, at now: Moment) -> [Effect] {
        guard !isDone else { return [] }
        var effects: [Effect] = []
        switch event {
        case .connected:
            (isConnected, silences) = (true, 0)
            ask(at: now, &effects)
        case .disconnected: reconnect(&effects)
        case .received(.kept(file.name, let bytes)): take(bytes, at: now, &effects)
        case .received(.refused(file.name, let reason)):
            isDone = true
            effects.append(.refused(reason))
        case .woke: lookAround(at: now, &effects)
        case .received, .wanted, .found, .checked: break
        }
        sendMore(&effects)
        askToWake(at: now, &effects)
        return effects
    }

    private mutating func ask(at now: Moment, _ effects: inout [Effect]) {
        (kept, sent, lastHeard) = (nil, 0, now)
        effects.append(.send(.keep(file.name, size: file.size)))
    }

    private mutating func take(_ bytes: Int, at now: Moment, _ effects: inout [Effect]) {
        (lastHeard, silences, failures) = (now, 0, 0)
        // More than there can be is no answer.
        guard bytes <= file.size else { return }
        if bytes == file.size {
            isDone = true
            effects.append(.finished)
        } else if let before = kept {
            kept = max(before, bytes)
        } else {
            (kept, sent) = (bytes, bytes)
        }
    }

    private mutating func sendMore(_ effects: inout [Effect]) {
        guard isConnected, !isDone, let kept else { return }
        while sent < file.size, sent - kept < BlobTransfer.credit {
            let end = min(sent + Policy.chunkBytes, file.size)
            effects.append(.put(sent..<end))
            sent = end
        }
    }

    private mutating func lookAround(at now: Moment, _ effects: inout [Effect]) {
        nextWake = nil
        guard isConnected, now.duration(since: lastHeard) >= BlobTransfer.patience else { return }
        silences += 1
        if silences >= Self.silencesLimit { return reconnect(&effects) }
        // Whatever was lost, the coordinator says from where to go on.
        ask(at: now, &effects)
    }

    private mutating func reconnect(_ effects: inout [Effect]) {
        (isConnected, kept, sent) = (false, nil, 0)
        failures += 1
        effects.append(.reconnect(failures: failures))
    }

    private mutating func askToWake(at now: Moment, _ effects: inout [Effect]) {
        guard !isDone else { return }
        if let nextWake, nextWake > now { return }
        let moment = now.advanced(by: BlobTransfer.patience)
        nextWake = moment
        effects.append(.wake(at: moment))
    }
}
