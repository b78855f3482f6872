import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

/// Single trials tried again; tasks 1, 2 and 3 have the trials 1 and 2, 3 and 4, 5 and 6.
@Suite("Trying single trials again")
struct RetryTests {
    private let sweep = Samples.sweep().id

    private func digits(_ trial: UInt64) -> String { Samples.trial(trial).short }

    private func fail(_ tasks: UInt64..., in store: ResultsStore) throws {
        try store.commit(tasks.map { .taskFailed(Samples.task($0), cause: "bad") })
    }

    @Test func `a trial's task is put back as a whole, and what else is in it is said`() throws {
        try withStore { store in
            try fail(1, 2, in: store)
            let retried = try store.retryFailed(of: sweep, named: [digits(3)])
            #expect(
                retried
                    == RetriedTasks(
                        tasks: [Samples.task(2)], trials: [Samples.trial(3)], others: [Samples.trial(4)]))
            #expect(try store.unfinishedTasks().map(\.id) == [Samples.task(2), Samples.task(3)])
            #expect(try store.failedTrials(of: sweep, atMost: 9).map(\.id) == [Samples.trial(1), Samples.trial(2)])
        }
    }

    @Test func `what has a result is not among the others`() throws {
        try withStore { store in
            try store.commit([Samples.found(2)])
            try fail(1, in: store)
            let retried = try store.retryFailed(of: sweep, named: [digits(1)])
            #expect(retried.trials == [Samples.trial(1)] && retried.others.isEmpty)
            #expect(try store.unfinishedTasks().first?.trials == [Samples.trial(1)])
        }
    }

    @Test func `several may be named, by a task too, and a task is put back once`() throws {
        try withStore { store in
            try fail(1, 2, 3, in: store)
            let retried = try store.retryFailed(of: sweep, named: [digits(1), digits(2), Samples.task(3).short])
            #expect(retried.tasks == [Samples.task(1), Samples.task(3)])
            #expect(retried.trials == [1, 2, 5, 6].map(Samples.trial) && retried.others.isEmpty)
        }
    }

    @Test func `all of them or none: what has not failed is named, and nothing is put back`() throws {
        try withStore { store in
            try store.commit([Samples.found(1)])
            try fail(1, 2, in: store)
            // Finished, waiting, a task that waits, of another sweep.
            let other = try store.submit(Samples.sweep("other", id: 2, tasks: 7...7), at: Samples.noon).sweep
            for (named, sweep) in [
                (digits(1), sweep), (digits(5), sweep), (Samples.task(3).short, sweep), (digits(3), other),
            ] {
                #expect {
                    try store.retryFailed(of: sweep, named: [digits(2), named])
                } throws: { error in
                    guard case StoreError.notFailed(let subject)? = error as? StoreError else { return false }
                    // Of the other sweep neither is one.
                    return sweep == other || subject.hasSuffix(named)
                }
            }
            #expect(throws: StoreError.unknownIdentifier("ffff", candidates: [])) {
                try store.retryFailed(of: sweep, named: [digits(2), "ffff"])
            }
            #expect(try store.progress(of: sweep).tasks.failed == 2)
        }
    }

    @Test func `what a trial builds on is tried again with it, and nothing that builds on the same`() throws {
        try withTemporaryFolder { folder in
            let plain = Samples.sweep()
            // Tasks 2 and 3 need what trial 1 makes.
            let built = SubmittedSweep(
                id: plain.id, name: plain.name, table: plain.table, trials: plain.trials,
                tasks: plain.tasks.enumerated().map { number, task in
                    SweepTask(
                        id: task.id, sweep: task.sweep, body: task.body, trials: task.trials,
                        requires: number == 0 ? [] : [Samples.trial(1)])
                })
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(built, at: Samples.noon)
            try fail(1, 2, 3, in: store)
            let retried = try store.retryFailed(of: sweep, named: [digits(3)])
            #expect(retried.tasks == [Samples.task(1), Samples.task(2)])
            #expect(retried.trials == [Samples.trial(3)])
            #expect(retried.others == [1, 2, 4].map(Samples.trial))
            // Where the training is made, the trial comes alone.
            try store.commit([
                Samples.found(1, finding: Samples.result(artifact: Samples.artifact())), Samples.found(2),
            ])
            let later = try store.retryFailed(of: sweep, named: [digits(5)])
            #expect(later.tasks == [Samples.task(3)] && later.others == [Samples.trial(6)])
            try store.close()
        }
    }

    @Test func `what it has failed of does not count any more, and what others have failed of does`() throws {
        try withStore { store in
            for task: UInt64 in [1, 2] {
                try store.commit([
                    .attemptStarted(Samples.task(task), .first, worker: Samples.alice),
                    .attemptEnded(Samples.task(task), .first, .failed(.trial, cause: "bad")),
                ])
            }
            try fail(1, 2, in: store)
            _ = try store.retryFailed(of: sweep, named: [digits(1)])
            #expect(try store.unfinishedTasks().first?.executions.map(\.failure) == [nil])
            _ = try store.submit(Samples.sweep("other", id: 2, tasks: 7...7), at: Samples.noon)
            #expect(try store.progress(of: sweep).tasks.failed == 1)
        }
    }
}
