import Foundation
import TestSupport
import Testing

@testable import Cluster

@Suite("Child processes", .onItsOwnThread, .timeLimit(.minutes(2)))
struct ChildProcessTests {
    @Test(arguments: [([SIGUSR1], ChildProcess.End.exited(3)), ([], .killed(signal: SIGUSR1))])
    func `a child hears no signal that it is deaf to, from its first moment on`(
        deaf: [Int32], expected: ChildProcess.End
    ) throws {
        // A child hears what the thread hears that starts it, and those of the test's runtime hear nothing.
        let made = Handover<Result<ChildProcess, any Error>>()
        let thread = Thread {
            var heard = sigset_t()
            sigaddset(&heard, SIGUSR1)
            pthread_sigmask(SIG_UNBLOCK, &heard, nil)
            made.give(
                Result {
                    try ChildProcess(
                        URL(filePath: "/bin/sh"), arguments: ["-c", "kill -USR1 $$; exit 3"], deafTo: deaf
                    ) { _ in }
                })
        }
        thread.start()
        let child = try made.take().get()
        child.waitUntilEnded()
        #expect(child.ending == expected)
    }
}
