import Testing

@testable import Dashboard

@Suite("The board")
struct BoardTests {
    private func worker(_ id: String, tasks: Int = 1, silence: Double = 0, state: String = "connected") -> Board.Worker
    {
        Board.Worker(
            id: id, host: "lab", key: nil, threads: 1, version: "0.1", state: state, tasks: tasks,
            secondsSinceHeard: silence)
    }

    @Test func `what changes is what is sent`() throws {
        let old = Board(sweeps: [], workers: [worker("a"), worker("b"), worker("c")])
        let new = Board(sweeps: [], workers: [worker("a"), worker("b", tasks: 2), worker("d")])
        let change = try #require(new.change(since: old))
        #expect(change.workers.map(\.id) == ["b", "d"])
        #expect(change.withdrawnWorkers == ["c"])
        #expect(new.change(since: new) == nil)
    }

    @Test func `it is bounded, and says what it leaves out`() {
        let board = Board(sweeps: [], workers: (0..<1_200).map { worker("\($0)") })
        #expect(board.workers.count == Board.workersLimit)
        #expect(board.omittedWorkers == 200)
    }

    @Test func `a worker that misses a heartbeat is late, and one that does not is as it was`() {
        #expect(worker("a", silence: 5).silence == nil)
        #expect(worker("a", silence: 5).state == "connected")
        #expect(worker("a", silence: 7.5).state == "late")
        #expect(worker("a", silence: 7.5).silence == 7)
        #expect(worker("a", silence: 20, state: "silent").state == "silent")
    }

    @Test func `a rate is taken over the last minute, or over twenty steps where that is longer`() {
        var rate = Rate()
        #expect(rate.perMinute(at: 0) == nil)
        for step in 0...100 { rate.note(step, at: Double(step)) }
        #expect(rate.perMinute(at: 100) == 60)
        for step in 1...10 { rate.note(100 + step, at: 100 + 10 * Double(step)) }
        // Twenty steps back is ten seconds before the hundredth.
        #expect(rate.perMinute(at: 200) == 20.0 / 110 * 60)
    }

    @Test func `a count that shrinks begins anew, and one that stands still slows down`() {
        var rate = Rate()
        rate.note(10, at: 0)
        rate.note(20, at: 10)
        #expect(rate.perMinute(at: 20) == 30)
        rate.note(20, at: 30)
        #expect(rate.perMinute(at: 40) == 15)
        rate.note(0, at: 50)
        #expect(rate.perMinute(at: 60) == nil)
    }
}
