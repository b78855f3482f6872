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
        let child = try ChildProcess(
            URL(filePath: "/bin/sh"), arguments: ["-c", "kill -USR1 $$; exit 3"], deafTo: deaf
        ) { _ in }
        child.waitUntilEnded()
        #expect(child.ending == expected)
    }
}
