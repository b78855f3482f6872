import Coordination
import Testing

/// Workers on machines that belong to somebody, and those that are too small for a task.
@Suite("Spare machines, seen by the coordinator")
struct CoordinatorIdleTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let first = Vocabulary.attempt()
    private let cause = "somebody is at the machine"

    /// Says hello with so much memory, and asks for one task.
    private func join(_ script: inout CoordinatorScript, _ worker: WorkerID, peer: Coordinator.Peer, memory: Int) throws
    {
        let known = Vocabulary.hello(worker)
        let hello = Hello(
            worker: worker, incarnation: 1, host: known.host, programVersion: known.programVersion,
            threads: known.threads, epoch: 0, held: [], memory: memory, processor: "a CPU")
        try script.hear(.hello(hello), from: peer)
        try script.hear(.heartbeat(credit: 1, held: []), from: peer)
    }

    private func task(_ number: UInt64, memory: Int) -> SweepTask {
        Vocabulary.task(number, trials: number...number).taking(memory: memory)
    }

    // MARK: Standing still

    @Test func `a worker that stands still keeps its task, and people are told why`() throws {
        var script = CoordinatorScript.leased()
        for _ in 1...30 {
            script.wait(.seconds(5))
            #expect(try script.hear(.heartbeat(credit: 0, held: [first], standstill: cause)) == [])
        }
        #expect(script.workerViews.map(\.standstill) == [cause])
        #expect(try #require(script.why(TaskID(1))).description.contains("it stands still: \(cause)"))
        try script.hear(.heartbeat(credit: 1, held: [first]))
        #expect(script.workerViews.map(\.standstill) == [nil])
    }

    @Test func `what is handed back goes to another worker, and is nobody's fault`() throws {
        var script = CoordinatorScript.leased()
        try script.hear(.heartbeat(credit: 0, held: [first], standstill: cause))
        for attempt in 1...20 as ClosedRange<UInt64> {
            let name = Vocabulary.attempt(attempt)
            #expect(try script.hear(.handedBack(name)).reports == [.attemptHandedBack(name, alice)])
            try script.hear(.heartbeat(credit: 0, held: [], standstill: cause))
            script.sync()
            #expect(
                try #require(script.why(TaskID(1))).description.contains(
                    "1 of 1 workers are on machines that their owners use"))
            try script.hear(.heartbeat(credit: 1, held: []))
            #expect(script.sync().reports == [.assigned(Vocabulary.attempt(attempt + 1), alice)])
        }
    }

    @Test func `what stands still for long gets a copy where a worker has nothing to do`() throws {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1), Vocabulary.task(2, trials: 2...2)])
        script.join(alice, peer: 1)
        script.sync()
        script.join(bob, peer: 2)
        script.sync()
        try script.hear(.offer(Vocabulary.offer(of: 2, Vocabulary.attempt(of: 2))), from: 2)
        script.sync()
        func stand(_ seconds: Int) throws -> [Report] {
            var reports: [Report] = []
            for _ in 0..<seconds / 5 {
                try script.hear(.heartbeat(credit: 0, held: [first], standstill: cause), from: 1)
                try script.hear(.heartbeat(credit: 1, held: []), from: 2)
                reports += script.wait(.seconds(5)).reports
            }
            return reports
        }
        #expect(try stand(30) == [])
        #expect(try stand(5) == [.copied(Vocabulary.attempt(2), bob)])
    }

    // MARK: Memory

    @Test func `a task goes to a worker that is large enough, and smaller ones are not held up by it`() throws {
        var script = CoordinatorScript()
        // More large ones than anybody looks at for the sake of what a worker has already.
        script.submit((1...40).map { task($0, memory: 4_000) } + [task(41, memory: 1_000), task(42, memory: 0)])
        try join(&script, alice, peer: 1, memory: 2_000)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 41), alice)])
        try script.hear(.offer(Vocabulary.offer(of: 41, Vocabulary.attempt(of: 41))))
        script.sync()
        #expect(script.sync().reports == [] && script.heldTasks(of: alice) == 1)
        try join(&script, bob, peer: 2, memory: 4_000)
        #expect(script.sync().reports.contains(.assigned(Vocabulary.attempt(of: 1), bob)))
    }

    @Test func `tasks of all sizes go in their order to whoever can take them all`() throws {
        var script = CoordinatorScript()
        script.submit([task(1, memory: 1_000), task(2, memory: 4_000), task(3, memory: 0), task(4, memory: 1_000)])
        try join(&script, alice, peer: 1, memory: 4_000)
        for number in 1...4 as ClosedRange<UInt64> {
            #expect(script.sync().reports.contains(.assigned(Vocabulary.attempt(of: number), alice)))
            try script.hear(.offer(Vocabulary.offer(of: number, Vocabulary.attempt(of: number))))
        }
    }

    @Test func `a worker that does not say how much memory it has gets everything`() throws {
        var script = CoordinatorScript()
        script.submit([task(1, memory: .max)])
        try join(&script, alice, peer: 1, memory: 0)
        #expect(script.sync().reports == [.assigned(first, alice)])
    }

    @Test func `a task that fits nobody says so`() throws {
        var script = CoordinatorScript()
        script.submit([task(1, memory: 7_950_000_000)])
        try join(&script, alice, peer: 1, memory: 4_000_000_000)
        #expect(script.sync().reports == [])
        let reason = "takes about 8.0 GB of memory, and the largest worker has 4.0 GB — start one with more (--memory)"
        #expect(try #require(script.why(TaskID(1))).reasons.contains(reason))
        // Nor does a copy of it.
        try join(&script, bob, peer: 2, memory: 8_000_000_000)
        #expect(script.sync().reports == [.assigned(first, bob)])
        for _ in 1...20 {
            try script.hear(.heartbeat(credit: 1, held: []), from: 1)
            try script.hear(.heartbeat(credit: 0, held: [first], standstill: cause), from: 2)
            #expect(script.wait(.seconds(5)).reports == [])
        }
    }

    @Test func `what a hello says of memory and CPU is shown`() throws {
        var script = CoordinatorScript()
        try join(&script, alice, peer: 1, memory: 123)
        #expect(script.workerViews.map(\.hello.memory) == [123])
        #expect(script.workerViews.map(\.hello.processor) == ["a CPU"])
    }
}
