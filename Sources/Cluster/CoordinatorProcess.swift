package import Coordination
package import Experiments
import Foundation
package import ResultsStore
package import Sweep
import Synchronization

/// A running coordinator: sockets, the store and the clock become events, and effects are carried out.
///
/// One thread owns the socket and the state machine; another writes to the store; neither waits for the other.
///
/// ```swift
/// let coordinator = try CoordinatorProcess(store: store, bind: "tcp://127.0.0.1:5555")
/// try coordinator.submit(sweep)
/// for await notice in coordinator.notices { … }
/// ```
package final class CoordinatorProcess: Sendable {
    /// What a coordinator has to tell people.
    package enum Notice: Sendable {
        case report(Report)
        /// Somebody knocked with a key that is not authorised.
        case keyRefused(PublicKey, address: String)
        /// Something is wrong with the folder of keys, or a file in it.
        case keyProblem(String)
        /// The coordinator has ended: drained or stopped, or because of this.
        case ended(cause: String?)
    }

    /// The address at which workers reach it.
    package let endpoint: String
    /// Whether peers have to show a key, and what is said is encrypted.
    package let isEncrypted: Bool
    /// What happens, for log lines and progress bars; for one reader.
    package let notices: NoticeSequence
    package let store: ResultsStore
    private let shelf: ContentShelf
    private let curves: RunningCurvesBox
    private let recent: RecentTrials
    private let newest = NewestTrials.Reader()
    let mailbox: Mailbox<CoordinatorLoop.Mail>
    private let ended: Gate

    /// Raises the epoch and begins to listen.
    ///
    /// - Parameters:
    ///   - store: Where sweeps and results are; unfinished sweeps in it go on.
    ///   - bind: The address to listen at, `tcp://ADDRESS:PORT` or `ipc://PATH`.
    ///   - keys: Who may connect over TCP. Where it has no pair, everybody on this host may.
    ///   - insecure: Lets everybody in who reaches the address, keys or not.
    ///   - resumes: Goes on with every sweep that an earlier coordinator left unfinished.
    ///   - policy: Limits and time-outs.
    /// - Throws: `SocketError`, `KeyError` or `StoreError` where it cannot begin.
    package init(
        store: ResultsStore, bind: String, keys: KeyRing? = nil, insecure: Bool = false, resumes: Bool = false,
        policy: Policy = Policy()
    ) throws {
        let entrance = insecure ? nil : try keys.flatMap { try Self.entrance(keys: $0, endpoint: Endpoint(bind)) }
        guard insecure || entrance != nil || Endpoint(bind).isLocal else { throw SocketError.notLoopback(bind) }
        let (cluster, epoch) = (try store.clusterID(), try store.raiseEpoch(closingExecutions: !resumes))
        let mailbox = try Mailbox<CoordinatorLoop.Mail>()
        let (notices, continuation) = AsyncStream.makeStream(of: [Notice].self)
        let shelf = ContentShelf(stateFolder: store.folder.url)
        try shelf.tidy(keepingWhatIsNeededBy: store)
        if resumes {
            // Before the first message is taken: a worker that comes back with a task must find it known.
            for sweep in try store.progress() where !sweep.isCancelled && sweep.tasks.finished < sweep.tasks.all {
                let tasks = try store.unfinishedTasks(of: sweep.sweep)
                shelf.open(sweep.sweep, tasks)
                mailbox.post(.event(.prioritised(sweep.sweep, sweep.priority)))
                shelf.checkpoints.tell(mailbox, of: tasks)
                if sweep.isPaused { mailbox.post(.event(.paused(sweep.sweep))) }
                mailbox.post(.event(.submitted(sweep.sweep, tasks.withMemory)))
            }
        }
        let (begun, ended) = (Handover<Result<String, any Error>>(), Gate())
        let (curves, recent) = (RunningCurvesBox(), RecentTrials())
        let thread = Thread {
            CoordinatorLoop.run(
                store: store, shelf: shelf, bind: bind, entrance: entrance,
                coordinator: Coordinator(
                    cluster: cluster, epoch: epoch, programVersion: Host.programVersion, policy: policy),
                mailbox: mailbox, begun: begun.give
            ) { notices in
                for case .report(let report) in notices {
                    if case .sweepEnded(let sweep, _) = report { shelf.close(sweep) }
                    curves.take(report)
                }
                recent.take(notices)
                continuation.yield(notices)
            }
            continuation.finish()
            ended.open()
        }
        thread.name = "coordinator"
        thread.stackSize = 4 << 20
        thread.start()
        endpoint = try begun.take().get()
        isEncrypted = entrance != nil
        self.notices = NoticeSequence(batches: notices)
        self.store = store
        self.shelf = shelf
        (self.curves, self.recent) = (curves, recent)
        self.mailbox = mailbox
        self.ended = ended
    }

    /// Takes a sweep in; what it lacks is begun at once.
    ///
    /// - Throws: `StoreError` where the sweep cannot be stored, `DataError` where its images or weights cannot be kept.
    @discardableResult
    package func submit(_ sweep: SweepDefinition, onlySweep: Bool = false) throws -> Submission {
        try keep(sweep.contents)
        return try submit(try SubmittedSweep(sweep), onlySweep: onlySweep)
    }

    /// Keeps the images and weights that a sweep reads, so that workers can have them.
    ///
    /// - Throws: `DataError` where they cannot be read or kept.
    package func keep(_ contents: [ContentSource: ContentDigest]) throws(DataError) {
        try shelf.keep(contents, reader: ContentReader())
    }

    /// Takes in a sweep whose contents are kept already, or that reads none.
    @discardableResult
    package func submit(
        _ sweep: SubmittedSweep, onlySweep: Bool = false, priority: SweepPriority? = nil
    ) throws(StoreError) -> Submission {
        let submission = try store.submit(sweep, onlySweep: onlySweep, priority: priority, at: Date())
        mailbox.post(.event(.prioritised(submission.sweep, try store.priority(of: submission.sweep))))
        // It may have been paused before this coordinator knew it.
        if try store.isPaused(submission.sweep) { mailbox.post(.event(.paused(submission.sweep))) }
        enqueue(submission.sweep, try store.unfinishedTasks(of: sweep))
        try shelf.tidy(keepingWhatIsNeededBy: store)
        return submission
    }

    /// Changes how a sweep's turns compare with those of others, from its next one on.
    package func prioritise(_ sweep: SweepID, _ priority: SweepPriority) throws(StoreError) {
        try store.prioritise(sweep, priority)
        mailbox.post(.event(.prioritised(sweep, priority)))
    }

    /// Gives nothing more of a sweep to workers until it is resumed, also with later coordinators; what runs goes on.
    package func pause(_ sweep: SweepID) throws(StoreError) {
        try store.pause(sweep)
        mailbox.post(.event(.paused(sweep)))
    }

    /// Lets a sweep go on.
    package func resume(_ sweep: SweepID) throws(StoreError) {
        try store.resume(sweep)
        mailbox.post(.event(.resumed(sweep)))
    }

    /// Tells workers to leave, which get no further task.
    package func order(_ workers: [WorkerID], to order: DepartureOrder) {
        for worker in workers { mailbox.post(.event(.departureOrdered(worker, order))) }
    }

    /// Takes a sweep's unfinished tasks out of the queue and stops those that run; results stay.
    package func cancel(_ sweep: SweepID) throws(StoreError) {
        try store.cancel(sweep)
        shelf.close(sweep)
        mailbox.post(.event(.cancelled(sweep)))
        try shelf.tidy(keepingWhatIsNeededBy: store)
    }

    /// Puts a sweep's failed tasks back in the queue.
    ///
    /// - Returns: How many there were.
    package func retryFailed(of sweep: SweepID) throws(StoreError) -> Int {
        let tasks = try store.retryFailed(of: sweep)
        enqueue(sweep, try store.unfinishedTasks(of: sweep))
        return tasks
    }

    /// Puts the failed tasks of some trials back in the queue; see ``ResultsStore/retryFailed(of:named:)``.
    package func retryFailed(of sweep: SweepID, named digits: [String]) throws(StoreError) -> RetriedTasks {
        let retried = try store.retryFailed(of: sweep, named: digits)
        enqueue(sweep, try store.unfinishedTasks(of: sweep))
        return retried
    }

    /// What the coordinator itself knows of a task at this moment; nil where it does not know it.
    package func why(_ task: TaskID) -> Explanation? {
        let handover = Handover<Explanation?>()
        return mailbox.post(.explain(task, handover.give)) ? handover.take() : nil
    }

    private func enqueue(_ sweep: SweepID, _ tasks: [SweepTask]) {
        shelf.open(sweep, tasks)
        shelf.checkpoints.tell(mailbox, of: tasks)
        mailbox.post(.event(.submitted(sweep, tasks.withMemory)))
    }

    /// Asks workers to hand back what they have; the coordinator ends when they have left.
    package func drain() {
        mailbox.post(.event(.drainRequested))
    }

    /// Ends at once; what is committed stays.
    package func stop() {
        mailbox.post(.stop)
    }

    /// Returns when the coordinator has ended; its thread and the store's are gone then.
    package func waitUntilEnded() {
        ended.wait()
    }

    /// Whether nobody answers any more.
    package var hasEnded: Bool { ended.isOpen }

    /// Answers what the command line of another process asks, until the coordinator ends.
    package func serve(_ answer: @escaping @Sendable (ClientRequest) -> ClientAnswer) {
        mailbox.post(.serve(answer))
    }

    /// The workers that are known at this moment.
    package func workers() -> [WorkerSummary] {
        let handover = Handover<[WorkerSummary]>()
        return mailbox.post(.listWorkers(handover.give)) ? handover.take() : []
    }

    /// The trainings that run at this moment and have ended an epoch, in the order of their titles.
    package func trainings() throws(StoreError) -> [RunningTraining] {
        try curves.all.trainings(store.bodyOfRunning)
    }

    /// The trials that were finished last since the coordinator was started; nil where there is none.
    package func newestTrials() throws(StoreError) -> NewestTrials? {
        try newest.read(store, among: recent.newest)
    }

    /// A socket in the file system has its permissions, so keys are for TCP.
    private static func entrance(keys: KeyRing, endpoint: Endpoint) throws(KeyError) -> CoordinatorLoop.Entrance? {
        guard endpoint.isTCP, let pair = try keys.pair() else { return nil }
        return CoordinatorLoop.Entrance(ring: keys, pair: pair)
    }
}

extension CheckpointShelf {
    /// Says how far these tasks have come, before they are given away.
    fileprivate func tell(_ mailbox: Mailbox<CoordinatorLoop.Mail>, of tasks: [SweepTask]) {
        let known = Set(self.tasks)
        guard !known.isEmpty else { return }
        for task in tasks where known.contains(task.id) {
            if let checkpoint = newest(of: task.id) { mailbox.post(.event(.checkpointKept(task.id, checkpoint))) }
        }
    }
}

extension [SweepTask] {
    /// The same tasks, which say how much memory they take.
    fileprivate var withMemory: [SweepTask] {
        var memory = TaskMemory()
        return map { $0.taking(memory: memory.bytes(body: $0.body, needs: $0.needs)) }
    }
}

/// A value that one thread waits for and another gives.
final class Handover<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let given = DispatchSemaphore(value: 0)

    func give(_ value: Value) {
        self.value.withLock { $0 = value }
        given.signal()
    }

    /// - Returns: The value; nil where it is not given in time.
    func take(within limit: Duration) -> Value? {
        let deadline = DispatchTime.now() + limit / .seconds(1)
        while given.wait(timeout: deadline) == .success {
            if let value = value.withLock({ $0 }) { return value }
        }
        return nil
    }

    func take() -> Value {
        while true {
            given.wait()
            if let value = value.withLock({ $0 }) { return value }
        }
    }
}

/// Something that happens once and that any number of threads may wait for.
final class Gate: Sendable {
    private let opened = DispatchSemaphore(value: 0)

    func open() {
        opened.signal()
    }

    func wait() {
        opened.wait()
        opened.signal()
    }

    var isOpen: Bool {
        guard opened.wait(timeout: .now()) == .success else { return false }
        opened.signal()
        return true
    }
}
