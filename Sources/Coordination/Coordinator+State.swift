extension Coordinator {
    /// A task and where it is.
    struct TaskEntry: Hashable, Sendable {
        let task: SweepTask
        /// The trials that have no result on disk, in the task's order.
        var missing: [TrialID]
        var state = TaskState.waiting
        /// The number that the next execution gets; it only grows.
        var nextAttempt: Attempt
        var failures: [FailureKind: Int] = [:]

        init(_ task: SweepTask) {
            self.task = task
            missing = task.trials
            nextAttempt = task.nextAttempt
        }

        var lease: Lease? {
            switch state {
            case .starting(let lease), .leased(let lease): lease
            case .waiting, .failing, .failed, .done, .cancelled: nil
            }
        }
    }

    /// Where a task is.
    ///
    /// Only a task that is starting or leased has a worker: what cannot be, cannot be written.
    enum TaskState: Hashable, Sendable {
        /// Can become starting, done or cancelled.
        case waiting
        /// Its attempt is on the way to the disk. Can become leased, waiting, done or cancelled.
        case starting(Lease)
        /// A worker has it. Can become done, waiting, failing or cancelled.
        case leased(Lease)
        /// Its last failure is on the way to the disk. Can become failed.
        case failing(cause: String)
        case failed(cause: String)
        case done
        case cancelled

        var isOpen: Bool {
            switch self {
            case .waiting, .starting, .leased, .failing: true
            case .failed, .done, .cancelled: false
            }
        }
    }

    /// Whose a task is.
    struct Lease: Hashable, Sendable {
        let worker: WorkerID
        let attempt: Attempt
        /// When the worker last named it.
        var renewed: Moment
    }

    struct SweepEntry: Hashable, Sendable {
        var tasks: [TaskID] = []
        /// How many of them still run, or can.
        var open = 0
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
        var held: Set<TaskID> = []
        var isSuspect = false
        /// Results whose map values are being fetched; the first one is, the others wait.
        var uploads: [Upload] = []

        var hasRoom: Bool { peer != nil && !isSuspect && held.count < credit }
    }

    /// A result on its way, piece by piece.
    struct Upload: Hashable, Sendable {
        let offer: Offer
        var bytes: [UInt8] = []
        /// Up to where the worker may send.
        var granted = 0

        var expected: Int { offer.result.expectedMapBytes }
    }
}
