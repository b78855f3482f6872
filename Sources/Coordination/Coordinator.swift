import HeapModule

/// Decides who works on what, and what happens when a worker, a message or the disk fails.
///
/// A value without clock, socket, file or thread; there is one of it, and it is never copied. Each event comes in with the time at which the shell saw it; what has
/// to be done about it goes out as effects, in the order in which they must happen.
///
/// ```swift
/// var coordinator = Coordinator(epoch: store.raiseEpoch(), policy: Policy())
/// for effect in coordinator.handle(.submitted(sweep, tasks), at: clock.now) { … }
/// ```
package struct Coordinator: ~Copyable, Sendable {
    /// A connection, numbered by the shell; a worker that connects again is another peer.
    package typealias Peer = UInt64

    package enum Event: Hashable, Sendable {
        /// The tasks of a sweep that still lack results; those that are known already are left as they are.
        case submitted(SweepID, [SweepTask])
        case cancelled(SweepID)
        case prioritised(SweepID, SweepPriority)
        /// Nothing of this sweep is given to anybody any more; what runs goes on.
        case paused(SweepID)
        case resumed(SweepID)
        case received(WorkerMessage, from: Peer)
        /// A peer sent bytes that are no message.
        case misbehaved(Peer, cause: String)
        /// The worker's key does not count any more.
        case revoked(WorkerID)
        /// A message for a peer could not be sent because it is gone.
        case unreachable(Peer)
        /// The records of this commit are on disk.
        case committed(CommitNumber)
        /// A result of a commit that is on disk otherwise was left out of it, because it contradicts itself.
        case rejected(TrialID, cause: String)
        /// A stray result was left out of a commit that is on disk otherwise: its attempt is unknown there too, or it is
        /// not wanted.
        case strayed(TrialID, AttemptName, worker: WorkerID, OfferOutcome)
        /// The file of a result is not here; the result was left out of a commit that is on disk otherwise.
        case lacking(TrialID, AttemptName, worker: WorkerID)
        /// A checkpoint of a task is on disk, and was checked; the newest that there is.
        case checkpointKept(TaskID, TaskCheckpoint)
        /// They are not, and the shell knows that nothing of them is; a full disk, as a rule.
        case commitRefused(CommitNumber, cause: String)
        /// The coordinator is to end: no new task, workers hand back what they have.
        case drainRequested
        /// This worker is to leave: it gets no new task.
        case departureOrdered(WorkerID, DepartureOrder)
        /// The moment asked for by the last `wake` has come.
        case woke
    }

    package enum Effect: Hashable, Sendable {
        case send(CoordinatorMessage, to: Peer)
        /// Write these records in one transaction, after those of every earlier commit; answer with `committed`.
        ///
        /// What follows from them is not said to anybody before.
        case commit(CommitNumber, [Record])
        /// Keep a checkpoint whose file has come, in place of older ones of the task; answer with `checkpointKept`.
        case keepCheckpoint(TaskID, TaskCheckpoint)
        /// Nobody needs the task's checkpoint any more.
        case dropCheckpoint(TaskID)
        /// Forget this peer; nothing is sent to it any more.
        case close(Peer)
        case wake(at: Moment)
        case report(Report)
    }

    package typealias CommitNumber = UInt64

    let cluster: ClusterID
    let epoch: UInt64
    /// What a worker of another version is told to run.
    let programVersion: String
    let policy: Policy
    var tasks: [TaskID: TaskEntry] = [:]
    /// The tasks in which a trial is missing; more than one where sweeps share it.
    var missingTrials: [TrialID: [TaskID]] = [:]
    /// The tasks that wait for a trial's artifact.
    var dependents: [TrialID: [TaskID]] = [:]
    /// What trials have made, where it is on disk and a task has asked for it, or may.
    var artifacts: [TrialID: TrialArtifact] = [:]
    /// Trials whose result was offered and is on its way to the disk.
    var trialsInCommit: Set<TrialID> = []
    /// Stray results on their way to the disk, which decides about them.
    var strays: [WorkerID: Set<Stray>] = [:]
    var sweeps: [SweepID: SweepEntry] = [:]
    var queue = FairQueue()
    var workers: [WorkerID: WorkerEntry] = [:]
    var peers: [Peer: WorkerID] = [:]
    /// Workers with room, the least loaded first; some of what stands here is out of date.
    var rooms = Heap<Room>()
    /// What has to be looked at when; some of what stands here is out of date.
    var lookouts = Heap<Lookout>()
    /// What an earlier coordinator gave to workers that have not come back yet.
    var awaited: [WorkerID: Set<TaskID>] = [:]
    var affinity = AffinityMemory()
    /// How far tasks have come that have no result yet, as the disk has it.
    var checkpoints: [TaskID: TaskCheckpoint] = [:]
    var commits: [CommitNumber: PendingCommit] = [:]
    var nextCommit: CommitNumber = 1
    var nextSession: UInt64 = 1
    var nextWake: Moment?
    /// Until when nothing is written because the disk refused.
    var storeRestsUntil: Moment?
    /// What is still to be written when the disk has rested.
    var owed: [Debt] = []
    /// What has happened since the start, in numbers.
    var tally = Tally()
    var departed = DepartedWorkers()
    var isDraining = false
    var hasDrained = false
    /// A mistake that the simulation makes on purpose, to see that it is found; nil everywhere else.
    package var flaw: Flaw?

    package init(
        cluster: ClusterID = .unnamed, epoch: UInt64, programVersion: String = "unknown", policy: Policy
    ) {
        self.cluster = cluster
        self.epoch = epoch
        self.programVersion = programVersion
        self.policy = policy
    }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: Event, at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .submitted(let sweep, let tasks): submit(tasks, of: sweep, at: now, &effects)
        case .cancelled(let sweep): cancel(sweep, &effects)
        case .prioritised(let sweep, let priority): queue.prioritise(sweep, priority)
        case .paused(let sweep): queue.pause(sweep)
        case .resumed(let sweep): queue.resume(sweep)
        case .received(let message, let peer): receive(message, from: peer, at: now, &effects)
        case .misbehaved(let peer, let cause): expel(peer, cause: cause, &effects)
        case .revoked(let worker): revoke(worker, &effects)
        case .unreachable(let peer): forget(peer)
        case .committed(let number): complete(number, at: now, &effects)
        case .rejected(let trial, let cause): reject(trial, cause: cause, at: now, &effects)
        case .strayed(let trial, let name, let worker, let outcome): leaveOut(trial, name, worker, outcome, &effects)
        case .lacking(let trial, let name, let worker): askForFile(of: trial, name, worker, &effects)
        case .checkpointKept(let task, let checkpoint): note(checkpoint, of: task, &effects)
        case .commitRefused(let number, let cause): rest(after: number, cause: cause, at: now, &effects)
        case .drainRequested: drain(&effects)
        case .departureOrdered(let worker, let order): self.order(worker, to: order, &effects)
        case .woke: expire(at: now, &effects)
        }
        assignWaitingTasks(at: now, &effects)
        reportIfDrained(&effects)
        count(effects, at: now)
        askToWake(at: now, &effects)
        return effects
    }

    /// A regular tick, since looking for the next silence would cost more than it saves.
    private mutating func askToWake(at now: Moment, _ effects: inout [Effect]) {
        if let nextWake, nextWake > now { return }
        let moment = now.advanced(by: policy.tick)
        nextWake = moment
        effects.append(.wake(at: moment))
    }
}
