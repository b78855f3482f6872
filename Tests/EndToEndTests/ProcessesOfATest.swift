import Cluster
import Glibc
import Synchronization
import TestSupport
import Testing

/// The processes that one test has started, which are killed when it ends, however it ends.
final class ProcessesOfATest: Sendable {
    @TaskLocal static var current: ProcessesOfATest?
    private let started = Mutex<[ChildProcess]>([])

    func add(_ process: ChildProcess) { started.withLock { $0.append(process) } }

    fileprivate func end() {
        for process in started.withLock({ $0 }) { process.send(SIGKILL) }
    }
}

/// For suites whose tests start processes and wait for what these say.
///
/// A few such suites run at a time: each keeps a host of two cores busy, and a test whose processes have a fiftieth of one
/// waits for them until its time is over.
struct OwnProcesses: TestTrait, SuiteTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? self : nil
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await SuitesAtATime.six.run(body) }
        let processes = ProcessesOfATest()
        defer { processes.end() }
        try await ProcessesOfATest.$current.withValue(processes) {
            try await OwnThread().provideScope(for: test, testCase: testCase, performing: body)
        }
    }
}

extension Trait where Self == OwnProcesses {
    static var withProcesses: Self { OwnProcesses() }
}
