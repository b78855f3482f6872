/// One training from where it stands in its folder to its end, or to where it is stopped.
package struct TrainingRun {
    package enum End: Hashable, Sendable {
        case finished(TrainingResult)
        /// After so many steps, with a checkpoint.
        case stopped(step: Int, steps: Int)
    }

    private let task: TrainingTask
    private let folder: TrainingFolder
    private let checkpointEvery: Duration

    /// - Parameters:
    ///   - task: What is trained.
    ///   - folder: Where its files are.
    ///   - checkpointEvery: How long it trains between two checkpoints; zero for one behind each step.
    package init(_ task: TrainingTask, in folder: TrainingFolder, checkpointEvery: Duration) {
        (self.task, self.folder, self.checkpointEvery) = (task, folder, checkpointEvery)
    }

    /// Trains, scores and writes the files.
    ///
    /// - Parameters:
    ///   - threads: How many threads compute; the result does not depend on it.
    ///   - places: Where on this host the contents are that it reads.
    ///   - program: The program's version, for the result.
    ///   - processor: The name of the CPU, for the result.
    ///   - isStopped: Asked behind each step whether to stop there.
    ///   - report: Told where the training begins, and of each step.
    /// - Returns: How it ended.
    /// - Throws: `TrainingFolderError` or `DataError` of its files, and what `EncoderTraining` throws.
    package func run(
        threads: Int, places: ContentPlaces = ContentPlaces(), program: String, processor: String,
        isStopped: () -> Bool, report: (Event) -> Void
    ) throws -> End {
        if let known = try folder.finished(task) {
            try folder.removeCheckpoint()
            return .finished(known)
        }
        var training = try folder.training(task.specification, threads: threads, places: places)
        report(.begun(step: training.step, steps: training.steps))
        let clock = ContinuousClock()
        var kept = clock.now
        while true {
            if isStopped() {
                try folder.keep(training)
                return .stopped(step: training.step, steps: training.steps)
            }
            guard let progress = try training.advance() else { break }
            if clock.now - kept >= checkpointEvery {
                try folder.keep(training)
                kept = clock.now
            }
            report(.advanced(progress))
        }
        // Many test images may take as long as some epochs.
        try folder.keep(training)
        let outcome = try training.outcome()
        let known = TrainingResult(outcome, of: task, program: program, processor: processor)
        try folder.finish(outcome, known)
        return .finished(known)
    }

    package enum Event: Hashable, Sendable {
        /// Where it goes on from; step 0 for a new one.
        case begun(step: Int, steps: Int)
        case advanced(TrainingProgress)
    }
}
