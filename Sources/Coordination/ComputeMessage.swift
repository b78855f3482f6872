/// What an agent and its compute process say to one another.
///
/// A message stands behind its length and its checksum:
///
///     bytes u32 · CRC-32C of them u32 · kind u8 · content
///
/// Both come from one program file, so there is no version.
package enum ComputeMessage: Hashable, Sendable {
    // MARK: To the compute process
    case start(AttemptName, body: [UInt8], trials: [TrialID], TaskInputs = .none)
    /// The attempt is not wanted any more; `stopped` answers.
    case stop(AttemptName)

    // MARK: From the compute process
    case progressed(AttemptName, fraction: Double, note: String, curve: LearningCurve? = nil)
    case finished(AttemptName, TrialID, TrialResult)
    /// It has come so far; the file is in the worker's keeping.
    case checkpointed(AttemptName, TaskCheckpoint)
    case ended(AttemptName)
    case failed(AttemptName, FailureKind, cause: String)
    /// The attempt is not computed any more, whether it ever was.
    case stopped(AttemptName)

    static let headBytes = 8
    /// The largest message: a result with all its maps.
    static let bytesLimit = FinishedTrial.bytesLimit + 1

    /// The message with its length and checksum.
    package var bytes: [UInt8] {
        let body = body
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headBytes + body.count)
        bytes.append(number: UInt32(clamping: body.count))
        bytes.append(number: CRC32C.checksum(of: body))
        return bytes + body
    }

    private var body: [UInt8] {
        var bytes = [kind]
        switch self {
        case .start(let name, let task, let trials, let inputs):
            bytes.append(name)
            bytes.append(inputs)
            bytes.append(number: UInt32(clamping: trials.count))
            for trial in trials { bytes.append(trial) }
            bytes += task
        case .stop(let name), .ended(let name), .stopped(let name): bytes.append(name)
        case .progressed(let name, let fraction, let note, let curve):
            bytes.append(name)
            bytes.append(number: fraction.bitPattern)
            bytes.append(number: UInt32(clamping: note.utf8.count))
            bytes += note.utf8
            bytes += curve?.bytes ?? []
        case .finished(let name, let trial, let result):
            bytes += FinishedTrial.bytes(of: result, trial, name)
        case .checkpointed(let name, let checkpoint):
            bytes.append(name)
            bytes.append(checkpoint)
        case .failed(let name, let kind, let cause):
            bytes.append(name)
            bytes.append(Self.number(of: kind))
            bytes += cause.utf8
        }
        return bytes
    }

    private var kind: UInt8 {
        switch self {
        case .start: 1
        case .stop: 2
        case .progressed: 3
        case .finished: 4
        case .ended: 5
        case .failed: 6
        case .stopped: 7
        case .checkpointed: 8
        }
    }

    /// Reads the body of a message.
    ///
    /// - Throws: What is wrong with it; every length, count and number is within its limit when this returns.
    init(body: ArraySlice<UInt8>) throws(WireError) {
        var bytes = Bytes(body)
        let kind = try bytes.number(UInt8.self)
        switch kind {
        case 1:
            let (name, inputs) = (try bytes.attempt(), try bytes.inputs())
            let count = Int(try bytes.number(UInt32.self))
            guard count <= Policy.trialsLimit else {
                throw .count("trials", found: count, largest: Policy.trialsLimit)
            }
            var trials: [TrialID] = []
            for _ in 0..<count { trials.append(try bytes.identifier(TrialID.self)) }
            guard bytes.rest.count <= SweepTask.bodyBytesLimit else {
                throw .count("task body", found: bytes.rest.count, largest: SweepTask.bodyBytesLimit)
            }
            self = .start(name, body: Array(bytes.rest), trials: trials, inputs)
            return
        case 3:
            let (name, fraction) = (try bytes.attempt(), Double(bitPattern: try bytes.number(UInt64.self)))
            guard (0...1).contains(fraction) else { throw .number("fraction") }
            let length = Int(try bytes.number(UInt32.self))
            guard length <= Policy.textLimit else { throw .text("note", bytes: length, largest: Policy.textLimit) }
            let note = String(decoding: try bytes.take(length), as: UTF8.self)
            let curve = bytes.rest.isEmpty ? nil : try LearningCurve(bytes: bytes.rest)
            self = .progressed(name, fraction: fraction, note: note, curve: curve)
            return
        case 4:
            let (name, trial, result) = try FinishedTrial.reading(bytes.rest)
            self = .finished(name, trial, result)
            return
        case 6:
            let (name, kind) = (try bytes.attempt(), try Self.failureKind(try bytes.number(UInt8.self)))
            self = .failed(name, kind, cause: try Self.text(&bytes, "cause", Policy.causeLimit))
        case 2: self = .stop(try bytes.attempt())
        case 5: self = .ended(try bytes.attempt())
        case 7: self = .stopped(try bytes.attempt())
        case 8: self = .checkpointed(try bytes.attempt(), try bytes.checkpoint())
        default: throw .kind(kind)
        }
        guard bytes.rest.isEmpty else { throw .bodySize(body.count) }
    }

    private static func text(
        _ bytes: inout Bytes, _ field: String, _ largest: Int
    ) throws(WireError) -> String {
        // A wrong byte of a name that a test set has is no reason to lose the attempt.
        let text = String(decoding: try bytes.take(bytes.rest.count), as: UTF8.self)
        return try WireReading.text(text, field, atMost: largest)
    }

    private static func number(of kind: FailureKind) -> UInt8 {
        switch kind {
        case .trial: 1
        case .memory: 2
        case .host, .lost: 3
        case .stalled: 4
        }
    }

    private static func failureKind(_ number: UInt8) throws(WireError) -> FailureKind {
        switch number {
        case 1: .trial
        case 2: .memory
        case 3: .host
        case 4: .stalled
        default: throw .unknownValue("failure kind")
        }
    }
}

/// Bytes from a pipe, cut into messages.
package struct ComputeMessageReader: Sendable {
    private var bytes: [UInt8] = []
    private var position = 0

    package init() {}

    /// Takes in what has come.
    package mutating func append(_ more: some Sequence<UInt8>) {
        if position > 0 {
            bytes.removeFirst(position)
            position = 0
        }
        bytes += more
    }

    /// The next message that is whole.
    ///
    /// - Returns: nil where more bytes have to come first.
    /// - Throws: What is wrong with it; nothing that follows can be trusted.
    package mutating func next() throws(WireError) -> ComputeMessage? {
        var head = Bytes(bytes[position...])
        guard head.rest.count >= ComputeMessage.headBytes else { return nil }
        let (length, checksum) = (Int(try head.number(UInt32.self)), try head.number(UInt32.self))
        guard length <= ComputeMessage.bytesLimit else { throw .bodySize(length) }
        guard head.rest.count >= length else { return nil }
        let body = try head.take(length)
        guard CRC32C.checksum(of: body) == checksum else { throw .checksum }
        position += ComputeMessage.headBytes + length
        return try ComputeMessage(body: body)
    }
}
