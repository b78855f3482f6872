import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private func lines(_ store: ResultsStore, _ digits: String) throws -> [String] {
        try store.explanation(of: store.subject(named: digits))
    }

    @Test func `a finished trial names who ran it, and a task that it is not run again in`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([Samples.found(1)], at: Samples.noon)
            let submission = try store.submit(Samples.sweep("again", id: 9), at: Samples.noon)
            #expect(submission.reused == 1)
            let lines = try lines(store, Samples.trial(1).description)
            #expect(lines[0] == "trial \(Samples.trial(1)) is finished")
            #expect(lines[1] == "  in quickstart, again")
            #expect(lines.contains { $0.contains("lab1") && $0.contains(Samples.task(1).short) })
        }
    }

    @Test func `a trial without a result shows the tasks that will make it`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            let lines = try lines(store, String(Samples.trial(2).description.prefix(10)))
            #expect(lines[0].hasSuffix("has no result"))
            #expect(lines.contains { $0.contains("task \(Samples.task(1)) is waiting: 0 of 2 trials have a result") })
            #expect(lines.contains { $0.contains("no worker has begun it") })
        }
    }

    @Test func `a failed task shows its cause, and waits again after a retry`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([.taskFailed(Samples.task(2), cause: "no such folder")], at: Samples.noon)
            let digits = Samples.task(2).description
            #expect(try lines(store, digits).contains("  cause: no such folder"))
            #expect(try lines(store, digits)[0].contains("is failed"))
            #expect(try store.retryFailed(of: SweepID(high: 5, low: 1)) == 1)
            #expect(try lines(store, digits)[0].contains("is waiting"))
            #expect(try store.unfinishedTasks().map(\.id).contains(Samples.task(2)))
        }
    }

    @Test func `a withdrawn trial is told from one that waits`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(tasks: 1...2), at: Samples.noon)
            _ = try store.submit(Samples.sweep(tasks: 2...2), at: Samples.noon)
            #expect(try lines(store, Samples.trial(1).description)[1].contains("withdrawn"))
            #expect(try lines(store, Samples.task(1).description)[0].contains("not wanted"))
        }
    }

    @Test func `programs are told the same as people`() throws {
        try withStore { store in
            func standing(_ digits: String) throws -> Standing { try store.standing(of: store.subject(named: digits)) }
            let (one, two) = (Samples.trial(1).description, Samples.trial(3).description)
            #expect(try standing(one).state == .waiting && standing(one).sweeps.map(\.name) == ["quickstart"])
            try store.commit([
                .joined(Samples.alice, host: "lab1", programVersion: "0.1", threads: 4),
                .attemptStarted(Samples.task(1), .first, worker: Samples.alice),
            ])
            #expect(try standing(one).state == .running)
            #expect(try standing(one).tasks.map(\.identifier) == [Samples.task(1).description])
            try store.commit([
                Samples.found(1), .attemptEnded(Samples.task(1), .first, .failed(.trial, cause: "bad")),
                .taskFailed(Samples.task(1), cause: "bad"),
            ])
            #expect(try standing(one).state == .finished && standing(one).finishedTrials == 1)
            #expect(try standing(Samples.trial(2).description).cause == "bad")
            let task = try standing(Samples.task(1).description)
            #expect((task.state, task.trials, task.finishedTrials) == (.failed, 2, 1))
            #expect(task.executions.map(\.host) == ["lab1"] && task.executions.map(\.end) == ["failed"])
            try store.pause(Samples.sweep().id)
            #expect(try standing(two).sweeps.map(\.isPaused) == [true])
            try store.cancel(Samples.sweep().id)
            #expect(try standing(two).state == .unwanted && standing(two).sweeps.isEmpty)
        }
    }

    @Test func `the first digits are enough, in either case, where they name one thing`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = SweepID(high: 5, low: 1)
            let trials = [0x1234_5678, 0x1234_ABCD, 0x1234_FFFF].map { TrialID(high: $0 << 32, low: 0) }
            let task = TaskID(high: 0x1235 << 48, low: 0)
            _ = try store.submit(
                SubmittedSweep(
                    id: sweep, name: "alike", table: Samples.table(trials: 3), trials: trials,
                    tasks: [SweepTask(id: task, sweep: sweep, body: [], trials: trials)]), at: Samples.noon)
            #expect(try store.subject(named: "12345") == .trial(trials[0]))
            #expect(try store.subject(named: "1234abCD") == .trial(trials[1]))
            #expect(try store.subject(named: "1234f") == .trial(trials[2]))
            #expect(try store.subject(named: "1235") == .task(task))
            #expect(throws: StoreError.unknownIdentifier("1234", candidates: trials.map { "trial \($0)" })) {
                try store.subject(named: "1234")
            }
        }
    }

    @Test(arguments: ["", "abc", "xyzw", "ffffffffffffffffffffffffffffffff", "' OR 1"])
    func `digits that name nothing are refused`(digits: String) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            #expect(throws: StoreError.unknownIdentifier(digits, candidates: [])) { try store.subject(named: digits) }
        }
    }
}
