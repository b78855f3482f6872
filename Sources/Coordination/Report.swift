/// What a state machine has to tell people; the shell makes log lines, counters and progress bars of it.
package enum Report: Hashable, Sendable {
    case workerJoined(WorkerID, host: String, threads: Int)
    /// Silent; it gets no new task, and nothing is taken from it yet.
    case workerSuspect(WorkerID, host: String)
    case workerLost(WorkerID, host: String)
    case workerLeft(WorkerID, host: String)
    case peerRefused(reason: String)
    case assigned(AttemptName, WorkerID)
    /// Another worker computes the same task too, since the first one takes long.
    case copied(AttemptName, WorkerID)
    /// The worker has failed where others succeed, and gets no task before it is started anew.
    case workerSetAside(WorkerID, host: String)
    case progress(AttemptName, WorkerID, fraction: Double, note: String, curve: LearningCurve? = nil)
    case attemptFailed(AttemptName, WorkerID, FailureKind, cause: String)
    /// Its worker was silent for too long or came back having forgotten it.
    case attemptLost(AttemptName, WorkerID)
    case attemptHandedBack(AttemptName, WorkerID)
    case trialFinished(TrialID, AttemptName, WorkerID)
    case taskDone(TaskID, SweepID)
    case taskFailed(TaskID, SweepID, cause: String)
    /// Every task of the sweep is done, failed or cancelled.
    case sweepEnded(SweepID, failedTasks: Int)
    /// The disk refused; nothing is assigned or acknowledged until it takes records again.
    case storeRefused(cause: String)
    case storeAccepts
    /// No worker holds anything any more.
    case drained
}
