extension Coordinator {
    /// A task and where it is.
    struct TaskEntry: Hashable, Sendable {
        let task: SweepTask
        /// The trials that have no result on disk, in the task's order.
        var missing: [TrialID]
        var state = TaskState.waiting
        /// The number that the next execution gets; it only grows.
        var nextAttempt: Attempt
        /// The latest executions: a result counts only from the worker that had its attempt.
        private(set) var executions: [Execution]
        var failures: [Failure] = []

        init(_ task: SweepTask, at now: Moment) {
            self.task = task
            // When they were is not known any more; as if just now, so that others are tried first.
            failures = task.executions.compactMap { execution in
                execution.failure.map { Failure(kind: $0, worker: execution.worker, time: now) }
            }
            missing = task.trials
            nextAttempt = task.nextAttempt
            executions = task.executions.suffix(Policy.executionsLimit)
        }

        var leases: [Lease] {
            if case .running(let leases) = state { leases } else { [] }
        }

        mutating func note(_ execution: Execution) {
            if executions.count == Policy.executionsLimit { executions.removeFirst() }
            executions.append(execution)
        }

        func wasGiven(_ attempt: Attempt, to worker: WorkerID) -> Bool {
            executions.contains { $0.attempt == attempt && $0.worker == worker }
        }

        func failures(of kind: FailureKind) -> Int { failures.count { $0.kind == kind } }
    }

    /// Where a task is.
    ///
    /// Only a task that is running has workers: what cannot be, cannot be written.
    enum TaskState: Hashable, Sendable {
        /// It needs what these trials make, and that is not on disk yet. Can become waiting, failing or cancelled.
        case blocked(by: [TrialID])
        /// Can become running, done or cancelled.
        case waiting
        /// One worker has it, or two where the first one takes long. Can become waiting, failing, done or cancelled.
        case running([Lease])
        /// Its last failure is on the way to the disk. Can become failed, done or cancelled.
        case failing(cause: String)
        case failed(cause: String)
        case done
        case cancelled

        var isOpen: Bool {
            switch self {
            case .blocked, .waiting, .running, .failing: true
            case .failed, .done, .cancelled: false
            }
        }
    }

    /// Whose a task is.
    struct Lease: Hashable, Sendable {
        let worker: WorkerID
        let attempt: Attempt
        /// When the worker was told.
        var began: Moment
        /// When the worker last named it.
        var renewed: Moment
        var phase: Phase

        /// How far the worker has it.
        enum Phase: Hashable, Sendable {
            /// The attempt is on the way to the disk, and the worker does not know. Can become held.
            case starting
            case held
            /// An earlier coordinator gave it away, and the worker has not come back yet. Can become held.
            case awaited
        }
    }

    /// An execution that came to nothing by somebody's fault.
    struct Failure: Hashable, Sendable {
        let kind: FailureKind
        let worker: WorkerID
        let time: Moment
    }

    struct SweepEntry: Hashable, Sendable {
        var tasks: [TaskID] = []
        /// How many of them still run, or can.
        var open = 0
        var durations = RecentDurations()
        /// Trials that were finished, and given up, since the coordinator was started.
        var finishedTrials = 0
        var failedTrials = 0
    }

    /// A worker that said hello and has not left.
    struct WorkerEntry: Hashable, Sendable {
        var hello: Hello
        /// Nil when the connection is gone and the worker may come back.
        var peer: Peer?
        let session: UInt64
        var lastHeard: Moment
        /// How many executions it takes at a time.
        var credit = 0
        private(set) var held: Set<TaskID> = []
        /// The bytes of their bodies, which it has to be sent.
        private(set) var heldBytes = 0
        var isSuspect = false
        /// Why nothing is computed there; nil while something may be.
        var standstill: Standstill?
        var record = FailureRecord()
        /// Results whose map values are being fetched; the first one is, the others wait.
        var uploads: [Upload] = []
        /// Under which load it stands in the list of workers with room, or nil.
        var listedLoad: Int?
        /// When its silence is looked at next.
        var nextLook: Moment?
        /// What it was told, where it was told to leave.
        var order: DepartureOrder?
        var pace: Pace

        /// Bytes that a task may take there.
        var memory: Int { hello.memory > 0 ? hello.memory : .max }

        var isReachable: Bool { peer != nil && !isSuspect }
        var isLeaving: Bool { order != nil }
        var hasRoom: Bool { isReachable && !isLeaving && held.count < credit && heldBytes < Policy.heldBodyBytes }

        mutating func hold(_ task: SweepTask) {
            if held.insert(task.id).inserted { heldBytes += task.body.count }
        }

        /// - Returns: Whether it had the task.
        mutating func release(_ task: SweepTask) -> Bool {
            guard held.remove(task.id) != nil else { return false }
            heldBytes -= task.body.count
            return true
        }

        /// Takes over what the same worker has had before it came back.
        mutating func inherit(from previous: WorkerEntry) {
            (held, heldBytes) = (previous.held, previous.heldBytes)
            guard previous.hello.incarnation == hello.incarnation else { return }
            (record, order, pace, standstill) = (previous.record, previous.order, previous.pace, previous.standstill)
            // A process never has two results for one attempt and trial, so what it offers again goes on where it broke off.
            uploads = previous.uploads
        }
    }

    /// A worker that keeps what it has, and computes nothing.
    struct Standstill: Hashable, Sendable {
        let cause: String
        let since: Moment
    }

    /// A result on its way, piece by piece.
    struct Upload: Hashable, Sendable {
        let offer: Offer
        var bytes: [UInt8] = []
        /// Up to where the worker may send.
        var granted = 0
        /// When the worker last offered it or sent a piece.
        var renewed: Moment

        var expected: Int { offer.result.expectedMapBytes }

        /// Whether so many bytes are what was asked for next.
        func takes(_ count: Int, at offset: Int, of trial: TrialID, _ name: AttemptName) -> Bool {
            offer.trial == trial && offer.name == name && offset == bytes.count && offset + count <= granted
        }
    }
}
