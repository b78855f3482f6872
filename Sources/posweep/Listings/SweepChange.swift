import ResultsStore

/// What has become of a sweep, for scripts.
struct SweepChange: Encodable {
    let sweep: String
    /// `cancelled`, `paused`, `resumed` or `prioritised`.
    let change: String
    var priority: Int?
    /// Tasks that run and are finished all the same.
    var runningTasks: Int?
    /// How far it is, where a state folder was changed.
    var trials: Int?
    var finishedTrials: Int?

    init(_ sweep: String, _ change: String) {
        (self.sweep, self.change) = (sweep, change)
    }

    init(_ progress: SweepProgress, _ change: String) {
        self.init(progress.name, change)
        (trials, finishedTrials) = (progress.trials.all, progress.trials.finished)
    }
}
