import Coordination
import Testing

@Suite("Whose fault it is")
struct CoordinatorBlameTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    @Test func `a failed task is tried on another worker first`() throws {
        var script = CoordinatorScript.leased()
        script.join(bob, peer: 2)
        try script.hear(.failed(Vocabulary.attempt(1), .host, cause: "no such file"))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
    }

    @Test func `a worker that fails at once what others can do is set aside`() throws {
        var script = CoordinatorScript()
        script.submit((1...5).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1)
        script.sync()
        script.join(bob, peer: 2, credit: 0)
        script.sync()
        try script.hear(.heartbeat(credit: 1, held: []), from: 2)
        var reports = script.sync().reports
        // Bob computes the second task all the while, and Alice fails one after the other.
        for task in [1, 3, 4] as [UInt64] {
            reports += try script.hear(.failed(Vocabulary.attempt(of: task), .host, cause: "broken")).reports
            reports += script.sync().reports
        }
        #expect(!reports.contains(.assigned(Vocabulary.attempt(of: 5), alice)))
        for _ in 0..<4 {
            let given = reports.compactMap { if case .assigned(let name, bob) = $0 { name } else { nil } }
            let name = try #require(given.last)
            try script.hear(.offer(Vocabulary.offer(of: name.task.low, name)), from: 2)
            reports += script.sync().reports
        }
        #expect(reports.contains(.workerSetAside(alice, host: "host-000a11ce")))
        // Not only in memory.
        for task in [1, 3, 4] as [UInt64] { #expect(script.records.contains(.excused(TaskID(task), worker: alice))) }
        try script.hear(.heartbeat(credit: 1, held: []), from: 1)
        script.submit([Vocabulary.task(9, trials: 9...9)])
        #expect(!script.sync().reports.contains(.assigned(Vocabulary.attempt(of: 9), alice)))
    }
}
