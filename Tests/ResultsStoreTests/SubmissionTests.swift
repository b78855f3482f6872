import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Submission")
struct SubmissionTests {
    @Test func `a new sweep's tasks are all unfinished, in the file's order`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let submission = try store.submit(Samples.sweep(), at: Samples.noon)
            #expect(submission.added == (1...6).map(Samples.trial))
            #expect(submission.kept == [])
            #expect(try store.unfinishedTasks() == Samples.sweep().tasks)
        }
    }

    @Test func `submitting the same sweep again changes nothing`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([Samples.found(1)], at: Samples.noon)
            let before = try store.unfinishedTasks()
            let submission = try store.submit(Samples.sweep(), at: Samples.noon + 60)
            #expect(submission.added == [])
            #expect(submission.kept.count == 6)
            #expect(submission.withdrawn == [])
            #expect(submission.finished == 1)
            #expect(try store.unfinishedTasks() == before)
        }
    }

    @Test func `an edited sweep keeps its results, adds and withdraws trials`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(tasks: 1...2), at: Samples.noon)
            try store.commit([Samples.found(1), Samples.found(2), Samples.found(3)])
            let edited = try store.submit(Samples.sweep(id: 2, tasks: 2...3), at: Samples.noon)
            #expect(edited.added == [Samples.trial(5), Samples.trial(6)])
            #expect(edited.kept == [Samples.trial(3), Samples.trial(4)])
            #expect(edited.withdrawn == [Samples.trial(1), Samples.trial(2)])
            #expect(edited.finished == 1)
            let back = try store.submit(Samples.sweep(tasks: 1...2), at: Samples.noon)
            #expect(back.finished == 3)
            #expect(try store.progress().map(\.name) == ["quickstart"])
        }
    }

    @Test func `a trial that another sweep has finished is finished, and a shared task is run once`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep("first", id: 1, tasks: 1...2), at: Samples.noon)
            try store.commit([Samples.found(3)])
            let second = try store.submit(Samples.sweep("second", id: 2, tasks: 2...3), at: Samples.noon)
            #expect(second.finished == 1)
            let tasks = try store.unfinishedTasks()
            #expect(tasks.map(\.id) == [Samples.task(1), Samples.task(2), Samples.task(3)])
            #expect(tasks.map(\.sweep.low) == [1, 1, 2])
            #expect(tasks[1].trials == [Samples.trial(4)])
            #expect(try store.unfinishedTasks(of: second.sweep).map(\.id) == [Samples.task(2), Samples.task(3)])
        }
    }

    @Test func `a folder of another sweep is refused by name`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep("table1"), at: Samples.noon)
            #expect(throws: StoreError.otherSweep(folder: folder.path, found: "table1", submitted: "table5")) {
                try store.submit(Samples.sweep("table5", id: 2), onlySweep: true, at: Samples.noon)
            }
            #expect(try store.progress().count == 1)
            _ = try store.submit(Samples.sweep("table1", id: 3, tasks: 1...4), onlySweep: true, at: Samples.noon)
        }
    }

    @Test func `a task's next attempt is larger than all that were started, whatever became of them`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([
                .attemptStarted(Samples.task(2), .first, worker: Samples.alice),
                .attemptEnded(Samples.task(2), .first, .lost),
                .attemptStarted(Samples.task(2), Attempt(number: 2), worker: Samples.bob),
            ])
            #expect(try store.unfinishedTasks().map(\.nextAttempt.number) == [1, 3, 1])
        }
    }

    @Test func `a number that another worker has is refused`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            let start = Record.attemptStarted(Samples.task(1), .first, worker: Samples.alice)
            try store.commit([start])
            try store.commit([start])
            #expect(throws: StoreError.self) {
                try store.commit([.attemptStarted(Samples.task(1), .first, worker: Samples.bob)])
            }
        }
    }

    @Test func `failed tasks are left out until somebody asks again`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.commit([Samples.found(1), .taskFailed(Samples.task(1), cause: "images: no such folder")])
            #expect(try store.unfinishedTasks().map(\.id) == [Samples.task(2), Samples.task(3)])
            let progress = try store.progress(of: sweep)
            expectCounts(progress, trials: [6, 1, 1], tasks: [3, 0, 0, 1])
            #expect(progress.failures == ["images: no such folder"])
            #expect(try store.submit(Samples.sweep(), at: Samples.noon).reopened == 1)
            #expect(try store.unfinishedTasks().count == 3)
            try store.commit([.taskFailed(Samples.task(3), cause: "again")])
            #expect(try store.retryFailed(of: sweep) == 1)
            #expect(try store.unfinishedTasks().count == 3)
        }
    }

    @Test func `a cancelled sweep has nothing to run until it is submitted again`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.cancel(sweep)
            #expect(try store.unfinishedTasks() == [])
            #expect(try store.progress(of: sweep).isCancelled)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            #expect(try store.unfinishedTasks().count == 3)
        }
    }

    @Test func `a sweep is found by its name, and the last one without`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            #expect(throws: StoreError.unknownSweep(name: "", known: [])) { try store.sweep(named: nil) }
            let first = try store.submit(Samples.sweep("first", id: 1), at: Samples.noon).sweep
            let second = try store.submit(Samples.sweep("second", id: 2), at: Samples.noon + 1).sweep
            #expect(try store.sweep(named: "first") == first)
            #expect(try store.sweep(named: nil) == second)
            #expect(throws: StoreError.unknownSweep(name: "third", known: ["first", "second"])) {
                try store.sweep(named: "third")
            }
        }
    }

    @Test func `a worker is listed as it last joined`() throws {
        try withStore { store in
            for version in ["0.1", "0.2"] {
                try store.commit(
                    [.joined(Samples.alice, host: "lab1", programVersion: version, threads: 2)], at: Samples.noon)
            }
            let workers = try store.workers()
            #expect(workers.map(\.programVersion) == ["0.2"])
            #expect(workers.map(\.id) == [Samples.alice])
        }
    }

    @Test func `progress counts what runs, waits and is finished`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.commit([
                .attemptStarted(Samples.task(1), .first, worker: Samples.alice), Samples.found(1), Samples.found(2),
                .attemptEnded(Samples.task(1), .first, .done),
                .attemptStarted(Samples.task(2), .first, worker: Samples.alice), Samples.found(3),
            ])
            let progress = try store.progress(of: sweep)
            expectCounts(progress, trials: [6, 3, 0], tasks: [3, 1, 1, 0])
            #expect(progress.tasks.waiting == 1)
            #expect(throws: StoreError.unknownSweep(name: "00000000", known: ["quickstart"])) {
                try store.progress(of: SweepID(high: 0, low: 9))
            }
        }
    }

    @Test func `tasks and trials that do not belong together are refused`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let whole = Samples.sweep()
            let broken = [
                SubmittedSweep(
                    id: whole.id, name: "twice", table: Samples.table(trials: 12), trials: whole.trials + whole.trials,
                    tasks: whole.tasks),
                SubmittedSweep(
                    id: whole.id, name: "foreign", table: Samples.table(trials: 1), trials: [Samples.trial(1)],
                    tasks: whole.tasks),
                SubmittedSweep(
                    id: whole.id, name: "large", table: whole.table, trials: whole.trials,
                    tasks: [
                        SweepTask(
                            id: Samples.task(1), sweep: whole.id,
                            body: [UInt8](repeating: 0, count: SweepTask.bodyBytesLimit + 1), trials: [])
                    ]),
            ]
            for sweep in broken {
                #expect(throws: StoreError.self) { try store.submit(sweep, at: Samples.noon) }
            }
            #expect(try store.progress() == [])
        }
    }

    /// Trials: all, finished, failed; tasks: all, finished, running, failed.
    private func expectCounts(_ progress: SweepProgress, trials: [Int], tasks: [Int]) {
        #expect([progress.trials.all, progress.trials.finished, progress.trials.failed] == trials)
        let counts = progress.tasks
        #expect([counts.all, counts.finished, counts.running, counts.failed] == tasks)
    }
}
