import Coordination
import Testing

@Suite("What agent and compute process say")
struct ComputeMessageTests {
    private static let name = Vocabulary.attempt(3, of: 5)
    private static let messages: [ComputeMessage] = [
        .start(name, body: Array("a task".utf8), trials: [TrialID(1), TrialID(2)]), .stop(name),
        .start(
            name, body: [1], trials: [TrialID(1)],
            TaskInputs(
                artifacts: [TrialID(7): Vocabulary.artifact(1), TrialID(6): Vocabulary.artifact(2)],
                checkpoint: TaskCheckpoint(Vocabulary.artifact(3), step: 400))),
        .progressed(name, fraction: 0.25, note: "fit, epoch 3"),
        .progressed(name, fraction: 0.5, note: "training", curve: Vocabulary.curve()),
        .finished(name, TrialID(1), Vocabulary.largeResult()),
        .checkpointed(name, TaskCheckpoint(Vocabulary.artifact(3), step: 400)),
        .ended(name), .failed(name, .memory, cause: "too little\nof it"), .stopped(name),
    ]

    @Test func `messages come out as they went in, however the pipe cuts them`() throws {
        let bytes = Self.messages.flatMap(\.bytes)
        for size in [1, 7, 4_096, bytes.count] where size > 1 || bytes.count < 1 << 20 {
            var reader = ComputeMessageReader()
            var read: [ComputeMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(bytes[start..<min(start + size, bytes.count)])
                while let message = try reader.next() { read.append(message) }
            }
            #expect(read == Self.messages)
        }
    }

    @Test(arguments: messages.filter { $0.bytes.count < 1_000 })
    func `every flipped bit is noticed`(message: ComputeMessage) {
        for index in message.bytes.indices {
            for bit in 0..<8 {
                var bytes = message.bytes
                bytes[index] ^= 1 << bit
                var reader = ComputeMessageReader()
                reader.append(bytes)
                // A length that has grown asks for more bytes, and finds them wrong when they come.
                let read = Result { () throws(WireError) in try reader.next() }
                if case .success(.some(let other)) = read { Issue.record("bit \(bit) of byte \(index): \(other)") }
            }
        }
    }

    @Test func `a length beyond every message is refused before anything is read`() {
        var reader = ComputeMessageReader()
        reader.append([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
        #expect(throws: WireError.bodySize(0xFFFF_FFFF)) { try reader.next() }
    }
}
