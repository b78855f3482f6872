import Coordination
import Testing

@Suite("A worker's credit")
struct WorkerCreditTests {
    private static let start = Moment.start

    private func working() -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: Policy())
        let welcome = Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(.received(.welcome(welcome)), at: Self.start)
        return worker
    }

    private func credits(_ effects: [Worker.Effect]) -> [Int] {
        effects.compactMap { if case .send(.heartbeat(let credit, _, _)) = $0 { credit } else { nil } }
    }

    /// Computes tasks of no trials, one after another, each for so long.
    ///
    /// - Returns: What the coordinator was told of the worker's credit.
    private func compute(
        _ worker: inout Worker, _ tasks: ClosedRange<UInt64>, each time: Duration, from start: Moment
    ) -> [Int] {
        var (now, said): (Moment, [Int]) = (start, [])
        for task in tasks {
            said += credits(assign(&worker, task, at: now))
            now = now.advanced(by: time)
            said += credits(worker.handle(.ended(Vocabulary.attempt(of: task)), at: now))
        }
        return said
    }

    private func assign(_ worker: inout Worker, _ task: UInt64, at now: Moment) -> [Worker.Effect] {
        worker.handle(.received(.assign(Vocabulary.attempt(of: task), body: [], trials: [])), at: now)
    }

    @Test func `short executions are asked for in ever larger numbers, as many as take half a second`() {
        var worker = working()
        #expect(compute(&worker, 1...40, each: .milliseconds(10), from: Self.start) == [2, 4, 8, 16, 32])
        #expect(compute(&worker, 41...400, each: .microseconds(10), from: Self.start).last == 512)
    }

    @Test func `long executions are taken one at a time`() {
        var worker = working()
        #expect(compute(&worker, 1...10, each: .seconds(1), from: Self.start) == [])
    }

    @Test func `a long execution among short ones keeps nothing waiting`() {
        var worker = working()
        _ = compute(&worker, 1...3, each: .milliseconds(10), from: Self.start)
        for task in 4...6 as ClosedRange<UInt64> { _ = assign(&worker, task, at: Self.start) }
        let later = Self.start.advanced(by: .seconds(1))
        let effects = worker.handle(.woke, at: later)
        let (second, third) = (Vocabulary.attempt(of: 5), Vocabulary.attempt(of: 6))
        #expect(
            effects.prefix(5) == [
                .stop(second), .send(.handedBack(second)), .stop(third), .send(.handedBack(third)),
                .send(.heartbeat(credit: 1, held: [Vocabulary.attempt(of: 4)])),
            ])
    }
}
