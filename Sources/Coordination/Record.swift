/// Something that has to be on disk before what follows from it may be said to anyone.
package enum Record: Hashable, Sendable {
    /// A worker is about to be told to execute a task.
    case attemptStarted(TaskID, Attempt, worker: WorkerID)
    /// An execution is over, whatever came of it.
    case attemptEnded(TaskID, Attempt, AttemptEnd)
    /// A trial's result; the first one that is recorded for a trial stays, and a later one changes nothing.
    case result(TrialID, task: TaskID, Attempt, worker: WorkerID, TrialResult)
    /// A result of an attempt that the coordinator does not remember: it counts where the disk knows that the worker was
    /// given the attempt, and some sweep wants it.
    case stray(TrialID, task: TaskID, Attempt, worker: WorkerID, TrialResult)
    /// A task that is given up; its missing trials get this cause.
    case taskFailed(TaskID, cause: String)
    /// What a worker has failed of a task does not count any more: it fails what others can do.
    case excused(TaskID, worker: WorkerID)
    /// A worker that has joined.
    case joined(WorkerID, host: String, programVersion: String, threads: Int)
}

/// How an execution of a task ended.
package enum AttemptEnd: Hashable, Sendable {
    /// All results of its trials are on disk.
    case done
    case failed(FailureKind, cause: String)
    /// Its worker was silent for too long, or came back having forgotten it.
    case lost
    /// It was lost with its worker, which had not begun with it; that counts against nobody.
    case unbegun
    /// Its worker handed it back, which counts against nobody.
    case handedBack
    case cancelled

    /// What counts against the task's budget.
    package var failure: FailureKind? {
        switch self {
        case .failed(let kind, _): kind
        case .lost: .lost
        case .done, .unbegun, .handedBack, .cancelled: nil
        }
    }
}
