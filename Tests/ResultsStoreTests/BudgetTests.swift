import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

/// What tasks have failed of, for a coordinator that is started anew.
@Suite("Failure budgets")
struct BudgetTests {
    private let task = Samples.task(1)

    /// What still counts against the first task.
    private func failures(_ store: ResultsStore) throws -> [FailureKind] {
        try store.unfinishedTasks().first { $0.id == task }?.executions.compactMap(\.failure) ?? []
    }

    private func attempts(_ ends: [AttemptEnd]) -> [Record] {
        zip(UInt64(1)..., ends).flatMap { number, end -> [Record] in
            let attempt = Attempt(number: number)
            return [
                .attemptStarted(task, attempt, worker: number == 1 ? Samples.alice : Samples.bob),
                .attemptEnded(task, attempt, end),
            ]
        }
    }

    @Test func `what is somebody's fault is kept with its kind, and nothing else`() throws {
        try withStore { store in
            try store.commit(
                attempts([
                    .failed(.memory, cause: "too large"), .handedBack, .lost, .cancelled, .failed(.host, cause: "disk"),
                ]))
            #expect(try failures(store) == [.memory, .lost, .host])
        }
    }

    @Test func `executions that end with their coordinator are nobody's fault`() throws {
        try withStore { store in
            try store.commit([.attemptStarted(task, .first, worker: Samples.alice)])
            _ = try store.raiseEpoch()
            #expect(try failures(store) == [])
        }
    }

    @Test func `what a worker was excused of does not count`() throws {
        try withStore { store in
            try store.commit(attempts([.failed(.host, cause: "broken"), .lost]))
            try store.commit([.excused(task, worker: Samples.alice)])
            #expect(try failures(store) == [.lost])
        }
    }

    @Test func `whoever asks for failed tasks again gets their whole budget`() throws {
        try withStore { store in
            let sweep = try store.sweep(named: nil)
            try store.commit(attempts([.failed(.trial, cause: "bad"), .failed(.trial, cause: "bad")]))
            // Not failed yet: asking again changes nothing.
            #expect(try store.retryFailed(of: sweep) == 0)
            #expect(try failures(store) == [.trial, .trial])
            try store.commit([.taskFailed(task, cause: "bad")])
            #expect(try store.retryFailed(of: sweep) == 1)
            #expect(try failures(store) == [])
        }
    }
}
