import Coordination
import Testing

@Suite("Versions")
struct ProtocolVersionTests {
    private func disagreement(worker: ClosedRange<Int>, coordinator: ClosedRange<Int>) -> String {
        ProtocolVersion.disagreement(
            with: Vocabulary.hello(versions: worker), coordinator: coordinator, programVersion: "2.4.0")
    }

    @Test func `a worker that is too old is told what it needs`() {
        #expect(
            disagreement(worker: 1...2, coordinator: 3...4) == """
                the worker on host-000a11ce, posweep 1.0.0, speaks protocol 1 to 2, and this coordinator, posweep 2.4.0, speaks \
                3 to 4 — the worker is too old: give it posweep 2.4.0, or another that speaks protocol 3 to 4
                """)
    }

    @Test func `a worker that is newer than its coordinator is told who has to change`() {
        #expect(
            disagreement(worker: 2...3, coordinator: 1...1) == """
                the worker on host-000a11ce, posweep 1.0.0, speaks protocol 2 to 3, and this coordinator, posweep 2.4.0, speaks \
                1 — the coordinator is too old: give it posweep 1.0.0, or the worker posweep 2.4.0
                """)
    }

    @Test(arguments: [(0...1, 1), (1...1, 1), (1...7, 1)] as [(ClosedRange<Int>, Int)])
    func `versions that have one in common talk in the largest`(worker: ClosedRange<Int>, spoken: Int) {
        var script = CoordinatorScript()
        let effects = script.handle(.received(.hello(Vocabulary.hello(versions: worker)), from: 1))
        guard case .send(.welcome(let welcome), to: 1) = effects.sent.first else {
            Issue.record("not welcomed: \(effects)")
            return
        }
        #expect(welcome.version == spoken)
    }

    /// What later versions may do to messages of this one: fields that nobody here knows.
    @Test func `fields that are not known yet are passed over`() throws {
        // Field 200 of the envelope's own message, a string: tag 1602, length 3.
        func extended(_ body: [UInt8]) throws -> [UInt8] {
            let outer = try #require(body.first)
            let unknown: [UInt8] = [0xC2, 0x0C, 3, 0x61, 0x62, 0x63]
            let tagBytes = outer & 0x80 == 0 ? 1 : 2
            try #require(body.count > tagBytes && Int(body[tagBytes]) + unknown.count < 128)
            return Array(body.prefix(tagBytes)) + [body[tagBytes] + UInt8(unknown.count)]
                + Array(body.dropFirst(tagBytes + 1)) + unknown
        }
        for message in [WorkerMessage.hello(Vocabulary.hello()), .heartbeat(credit: 2, held: []), .goodbye] {
            #expect(try WorkerMessage(body: extended(message.body)) == message)
        }
        for message in [CoordinatorMessage.drain, .finishAndLeave, .refused(reason: "no", isFinal: true)] {
            #expect(try CoordinatorMessage(body: extended(message.body)) == message)
        }
    }

    @Test func `an older worker takes the order to finish for one to hand back, and leaves all the same`() {
        // It knows the message, and not the field in it.
        #expect(CoordinatorMessage.finishAndLeave.body.starts(with: CoordinatorMessage.drain.body.prefix(2)))
    }
}
