import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

/// Results of attempts that a coordinator has asked the disk about.
@Suite("Commit: stray results")
struct StrayTests {
    private func stray(
        _ number: UInt64, _ attempt: Attempt = .first, by worker: WorkerID = Samples.alice,
        finding result: TrialResult = Samples.result()
    ) -> Record {
        .stray(Samples.trial(number), task: Samples.task((number + 1) / 2), attempt, worker: worker, result)
    }

    private func withAttempt(_ body: (ResultsStore, SweepID) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.commit([.attemptStarted(Samples.task(1), .first, worker: Samples.alice)])
            try body(store, sweep)
        }
    }

    @Test func `one of an attempt that is written down counts like any other`() throws {
        try withAttempt { store, _ in
            let other = Samples.result(spc: 0.5)
            let reports = try [stray(1), stray(1), stray(1, finding: other)].map { try store.commit([$0]) }
            #expect(reports[0].added == [Samples.trial(1)])
            #expect(reports[1].repeated == [Samples.trial(1)])
            #expect(reports[2].diverged == [Samples.trial(1)])
        }
    }

    @Test func `one of a task that was given up counts too`() throws {
        try withAttempt { store, _ in
            try store.commit([.taskFailed(Samples.task(1), cause: "lost too often")])
            #expect(try store.commit([stray(1)]).added == [Samples.trial(1)])
        }
    }

    @Test func `one that nobody was given is left out and unknown`() throws {
        try withAttempt { store, _ in
            let others: [Record] = [
                stray(1, Attempt(number: 2)), stray(1, by: Samples.bob), stray(3), stray(99),
                .stray(Samples.trial(3), task: Samples.task(1), .first, worker: Samples.alice, Samples.result()),
            ]
            let report = try store.commit(others)
            #expect(report.strays.map(\.outcome) == others.map { _ in .unknown })
            #expect(report.added == [])
            #expect(try store.progress().map(\.trials.finished) == [0])
        }
    }

    @Test func `an unknown one that says what is known is not worth keeping`() throws {
        try withAttempt { store, _ in
            try store.commit([Samples.found(1)])
            let report = try store.commit([
                stray(1, by: Samples.bob), stray(1, by: Samples.bob, finding: Samples.result(spc: 0.5)),
            ])
            #expect(report.repeated == [Samples.trial(1)])
            #expect(report.strays.map(\.outcome) == [.unknown])
            #expect(try store.events().isEmpty)
        }
    }

    @Test func `one of a cancelled sweep, or one that contradicts itself, is not wanted`() throws {
        try withAttempt { store, sweep in
            let wrong = Samples.result(pixels: [0])
            #expect(try store.commit([stray(1, finding: wrong)]).strays.map(\.outcome) == [.unwanted])
            try store.cancel(sweep)
            #expect(try store.commit([stray(1)]).strays.map(\.outcome) == [.unwanted])
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            #expect(try store.commit([stray(1)]).added == [Samples.trial(1)])
        }
    }

    @Test func `after a restored backup no attempt has a number that was given out before`() throws {
        try withTemporaryFolder { folder in
            let (state, backup) = (folder.appending(path: "state"), folder.appending(path: "backup.sqlite"))
            func restore() throws {
                for name in ["results.sqlite", "results.sqlite-wal", "results.sqlite-shm"] {
                    try? FileManager.default.removeItem(at: state.appending(path: name))
                }
                try FileManager.default.copyItem(at: backup, to: state.appending(path: "results.sqlite"))
            }
            /// The numbers that a coordinator gives out, before and after what it finds is submitted again.
            func numbers(_ store: ResultsStore) throws -> [UInt64] {
                _ = try store.raiseEpoch()
                let found = try store.unfinishedTasks().map(\.nextAttempt.number)
                _ = try store.submit(Samples.sweep(), at: Samples.noon)
                #expect(try store.unfinishedTasks(of: Samples.sweep()).map(\.nextAttempt.number) == found)
                try store.close()
                return found
            }
            let store = try ResultsStore(folder: state)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.backUp(to: backup)
            #expect(try numbers(store) == [1, 1, 1])
            try restore()
            let second = try numbers(ResultsStore(folder: state))
            #expect(second.allSatisfy { $0 > 1_000_000 })
            #expect(try numbers(ResultsStore(folder: state)) == second)
            try restore()
            let third = try numbers(ResultsStore(folder: state))
            #expect(third.allSatisfy { $0 > second[0] + 999_999 })
        }
    }
}
