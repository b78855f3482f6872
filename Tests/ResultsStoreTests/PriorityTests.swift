import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

/// Whose turn it is and which workers suit a task, for a coordinator that is started anew.
@Suite("Priorities and needs")
struct PriorityTests {
    @Test func `a priority stays until another one is given`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            #expect(try store.priority(of: sweep) == .usual)
            let (high, low) = (try #require(SweepPriority(90)), try #require(SweepPriority(2)))
            _ = try store.submit(Samples.sweep(), priority: high, at: Samples.noon)
            _ = try store.submit(Samples.sweep(tasks: 1...4), at: Samples.noon)
            #expect(try store.priority(of: sweep) == high)
            try store.prioritise(sweep, low)
            try store.close()
            #expect(try ResultsStore(reading: folder).progress().map(\.priority) == [low])
        }
    }

    @Test func `what tasks need comes back, also after some of them were begun`() throws {
        try withTemporaryFolder { folder in
            let sample = Samples.sweep()
            let needs: [[UInt64]] = [[.max, 0, 1], [0x0102_0304_0506_0708], []]
            let sweep = SubmittedSweep(
                id: sample.id, name: sample.name, table: sample.table, trials: sample.trials,
                tasks: zip(sample.tasks, needs).map { task, needs in
                    SweepTask(id: task.id, sweep: task.sweep, body: task.body, trials: task.trials, needs: needs)
                })
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(sweep, at: Samples.noon)
            #expect(try store.unfinishedTasks(of: sweep).map(\.needs) == needs)
            try store.commit([.attemptStarted(Samples.task(1), .first, worker: Samples.alice)])
            #expect(try store.unfinishedTasks().map(\.needs) == needs)
        }
    }
}
