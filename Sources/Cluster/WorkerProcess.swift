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
        /// The coordinator has the result of a trial, or does not want it.
        case acknowledged(AttemptName, TrialID)
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

        var own: OwnProcesses {
            switch self {
            case .thread: OwnProcesses()
            case .process(let settings): settings.own
            }
        }
    }

    private let mailbox: Mailbox<Worker.Event>
    private let ended = Handover<Worker.Departure>()
    /// Where the machine has an owner with rules.
    private let watch: HostWatch?

    /// Begins to look for the coordinator, and goes on looking until it is told to leave.
    ///
    /// - Parameters:
    ///   - coordinator: The coordinator's address.
    ///   - credentials: What is shown to the coordinator; nil encrypts nothing.
    ///   - identity: Who this worker is; a worker that is started again under its old identity frees what it held.
    ///   - threads: How many threads compute.
    ///   - engine: What computes.
    ///   - credit: How many tasks are taken at a time.
    ///   - spool: Where finished results are kept until they are acknowledged; nil keeps them in memory only.
    ///   - delivery: How the coordinator is given the files that trainings make; without it no training's result is of use.
    ///   - holds: What this host has that tasks may need, what was used last first.
    ///   - memory: Bytes that a task may take; 0 where it is given any.
    ///   - owner: What the machine's owner lets others have of it; nil for everything, always.
    ///   - policy: Limits and time-outs.
    ///   - notify: Receives what happens, on the worker's threads.
    /// - Throws: `SocketError` where the address is none; that nobody is there yet is no error. `HostReaderError` where it
    ///   cannot be seen when the owner needs the machine.
    package init(
        coordinator: String, credentials: Credentials? = nil, identity: WorkerID, threads: Int, engine: Engine,
        credit: Int = 1, spool: Spool? = nil, delivery: Delivery? = nil, holds: [UInt64] = [], memory: Int = 0,
        owner: WatchedOwner? = nil,
        policy: Policy = Policy(), notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        let mailbox = try Mailbox<Worker.Event>()
        let hello = Hello(
            worker: identity, incarnation: UInt64.random(in: .min ... .max), host: Host.current.name,
            programVersion: Host.programVersion, threads: threads, epoch: 0, held: [], holds: holds,
            memory: memory, processor: Host.current.processor)
        let worker = Worker(
            hello, credit: credit, spooled: spool?.found ?? [], rules: owner?.rules, policy: policy)
        let begun = Handover<Result<Void, SocketError>>()
        let thread = Thread { [ended] in
            let departure = WorkerLoop.run(
                worker, coordinator: coordinator, credentials: credentials, mailbox: mailbox, engine: engine,
                spool: spool, delivery: delivery, begun: begun.give, notify: notify)
            if let departure { ended.give(departure) }
        }
        thread.name = "worker"
        thread.stackSize = 4 << 20
        thread.start()
        try begun.take().get()
        self.mailbox = mailbox
        watch = try owner.map { owner in
            try HostWatch(owner.root, own: engine.own) { mailbox.post(.observed($0)) }
        }
    }

    /// A worker that computes on a thread of this process and keeps its results in memory.
    package convenience init(
        coordinator: String, credentials: Credentials? = nil, identity: WorkerID, threads: Int,
        runner: @escaping TaskRun.Runner, credit: Int = 1, policy: Policy = Policy(),
        notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        try self.init(
            coordinator: coordinator, credentials: credentials, identity: identity, threads: threads,
            engine: .thread(runner), credit: credit, policy: policy, notify: notify)
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
