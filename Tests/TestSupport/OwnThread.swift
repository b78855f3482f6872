import Foundation
package import Testing

/// Runs a test apart from the others: the runtime's own threads are as many as the host's cores, and a test that computes, or waits
/// for a lock, keeps one of them from all tests that wait for something to happen.
package struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package init() {}

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(QueueExecutor(label: test.name)) { try await body() }
    }
}

extension Trait where Self == OwnThread {
    package static var onItsOwnThread: Self { OwnThread() }
}

/// One thing after another, on a thread that is nobody else's.
private final class QueueExecutor: TaskExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
