import Coordination
package import Foundation
import Synchronization

/// Computes in a process of its own, so that a crash, a freeze or too little memory costs a task and nothing else.
package final class ComputeProcess: Computation {
    /// How the process is started, and when it is ended.
    package struct Settings: Sendable {
        /// The program, and its arguments.
        package var program: URL
        package var arguments: [String]
        package var limits: ComputeSupervisor.Limits
        /// Whether what it logs is passed on to this process's standard error.
        package var passesLogOn: Bool
        /// Whether its agent stops it while a machine's owner is there, and so has to see to it that it ends with the agent
        /// also then.
        package var mayBeStopped = false
        /// The agent's process and this one, for whoever counts what others do.
        package let own = OwnProcesses()

        package init(
            program: URL, arguments: [String], limits: ComputeSupervisor.Limits = .init(), passesLogOn: Bool = false
        ) {
            self.program = program
            self.arguments = arguments
            self.limits = limits
            self.passesLogOn = passesLogOn
        }
    }

    private let mailbox: Mailbox<ComputeLoop.Mail>
    private let closed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - settings: How the process is started; it is when there is something to compute.
    ///   - report: Receives what has become of the tasks, on a thread of its own.
    /// - Throws: `SocketError` where there are too many open files.
    init(_ settings: Settings, report: @escaping @Sendable ([Worker.Event]) -> Void) throws(SocketError) {
        let mailbox = try Mailbox<ComputeLoop.Mail>()
        self.mailbox = mailbox
        let thread = Thread { [closed] in
            ComputeLoop(settings, mailbox, report: report).run()
            closed.signal()
        }
        thread.name = "agent"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func start(_ name: AttemptName, body: [UInt8], trials: [TrialID], _ inputs: TaskInputs) {
        mailbox.post(.event(.start(name, body: body, trials: trials, inputs)))
    }

    func stop(_ name: AttemptName) {
        mailbox.post(.event(.stop(name)))
    }

    func suspend() {
        mailbox.post(.event(.suspend))
    }

    func resume() {
        mailbox.post(.event(.resume))
    }

    func dismiss() {
        mailbox.post(.event(.dismiss))
    }

    func close() {
        mailbox.post(.close)
        closed.wait()
    }
}
