package import Coordination
import Foundation
import Synchronization

/// A running worker: one thread keeps the session with the coordinator, another computes.
package final class WorkerProcess: Sendable {
    /// What a worker has to tell people.
    package enum Notice: Sendable {
        case report(WorkerReport)
        case connecting(attempt: Int)
        /// The coordinator does not talk to this worker; it goes on knocking.
        case refused(Refusal)
        case started(AttemptName, trials: Int)
        case finished(AttemptName, TrialID)
        case failed(AttemptName, cause: String)
    }

    /// What computes.
    package enum Engine: Sendable {
        /// A thread of this process.
        case thread(TaskRun.Runner)
        /// A process of its own.
        case process(ComputeProcess.Settings)

        func start(report: @escaping @Sendable ([Worker.Event]) -> Void) throws(SocketError) -> any Computation {
            switch self {
            case .thread(let runner): ComputeThread(runner) { if let event = $0.event { report([event]) } }
            case .process(let settings): try ComputeProcess(settings, report: report)
            }
        }
    }

    private let mailbox: Mailbox<Worker.Event>
    private let ended = Handover<Worker.Departure>()

    /// Begins to look for the coordinator, and goes on looking until it is told to leave.
    ///
    /// - Parameters:
    ///   - coordinator: The coordinator's address.
    ///   - credentials: What is shown to the coordinator; nil encrypts nothing.
    ///   - identity: Who this worker is; a worker that is started again under its old identity frees what it held.
    ///   - threads: How many threads compute.
    ///   - engine: What computes.
    ///   - spool: Where finished results are kept until they are acknowledged; nil keeps them in memory only.
    ///   - policy: Limits and time-outs.
    ///   - notify: Receives what happens, on the worker's threads.
    /// - Throws: `SocketError` where the address is none; that nobody is there yet is no error.
    package init(
        coordinator: String, credentials: Credentials? = nil, identity: WorkerID, threads: Int, engine: Engine,
        spool: Spool? = nil, policy: Policy = Policy(), notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        let mailbox = try Mailbox<Worker.Event>()
        let hello = Hello(
            worker: identity, incarnation: UInt64.random(in: .min ... .max), host: Host.current.name,
            programVersion: Host.programVersion, threads: threads, epoch: 0, held: [])
        let worker = Worker(hello, credit: 1, spooled: spool?.found ?? [], policy: policy)
        let begun = Handover<Result<Void, SocketError>>()
        let thread = Thread { [ended] in
            let departure = WorkerLoop.run(
                worker, coordinator: coordinator, credentials: credentials, mailbox: mailbox, engine: engine,
                spool: spool, begun: begun.give, notify: notify)
            if let departure { ended.give(departure) }
        }
        thread.name = "worker"
        thread.stackSize = 4 << 20
        thread.start()
        try begun.take().get()
        self.mailbox = mailbox
    }

    /// A worker that computes on a thread of this process and keeps its results in memory.
    package convenience init(
        coordinator: String, credentials: Credentials? = nil, identity: WorkerID, threads: Int,
        runner: @escaping TaskRun.Runner, policy: Policy = Policy(),
        notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        try self.init(
            coordinator: coordinator, credentials: credentials, identity: identity, threads: threads,
            engine: .thread(runner), policy: policy, notify: notify)
    }

    /// Hands back what is being computed, waits for finished results to be acknowledged, and leaves.
    package func drain() {
        mailbox.post(.drainRequested)
    }

    /// Returns when the worker has left, and why.
    package func waitUntilEnded() -> Worker.Departure {
        ended.take()
    }
}
