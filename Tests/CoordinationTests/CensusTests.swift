import Coordination
import Testing

@Suite("Census")
struct CensusTests {
    private let alice = Vocabulary.alice

    @Test func `tasks are counted where they are, trials as they come and go`() throws {
        var script = CoordinatorScript { $0.retries[.trial] = 0 }
        script.submit([
            Vocabulary.task(1, trials: 1...2), Vocabulary.task(2, trials: 3...5), Vocabulary.task(3, trials: 6...6),
        ])
        script.join(alice, peer: 1)
        script.sync()
        func counts() -> [Int] {
            script.census.sweeps.flatMap { [$0.waiting, $0.running, $0.finishedTrials, $0.failedTrials] }
        }
        #expect(counts() == [2, 1, 0, 0])
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        script.sync()
        #expect(counts() == [2, 1, 1, 0])
        try script.hear(.offer(Vocabulary.offer(of: 2)))
        script.sync()
        #expect(counts() == [1, 1, 2, 0])
        try script.hear(.failed(Vocabulary.attempt(of: 2), .trial, cause: "images that are too small"))
        script.sync()
        #expect(counts() == [0, 1, 2, 3])
        script.handle(.cancelled(Vocabulary.kernels))
        #expect(counts() == [0, 0, 2, 3])
        let tally = script.census.tally
        #expect(tally.trialsFinished == 2 && tally.tasksDone == 1 && tally.tasksFailed == 1 && tally.assigned == 3)
        #expect(tally.failures == [.trial: 1] && tally.workersJoined == 1)
    }

    @Test func `a worker's rate is that of the last half hour, or since it has come`() throws {
        var script = CoordinatorScript()
        script.submit((1...4).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1)
        script.sync()
        #expect(script.workerViews.map(\.trialsPerMinute) == [nil])
        func finish(_ task: UInt64) throws {
            try script.hear(.offer(Vocabulary.offer(of: task, Vocabulary.attempt(of: task))))
            script.sync()
        }
        for task in 1...2 as ClosedRange<UInt64> {
            script.wait(.seconds(30))
            try finish(task)
        }
        #expect(script.workerViews.map(\.trialsPerMinute) == [2])
        #expect(script.workerViews.map(\.trials) == [2])
        for _ in 0..<118 {
            script.wait(.seconds(30))
            try script.hear(.heartbeat(credit: 1, held: [Vocabulary.attempt(of: 3)]))
        }
        #expect(script.workerViews.map(\.trialsPerMinute) == [0])
        try finish(3)
        let rate = try #require(script.workerViews.first?.trialsPerMinute)
        #expect(rate > 0.03 && rate < 0.04)
        #expect(script.workerViews.map(\.trials) == [3])
    }

    @Test func `a disk that refuses is seen`() {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        script.refuseCommits()
        #expect(script.census.storeRests)
    }
}
