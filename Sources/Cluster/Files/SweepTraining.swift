import ConvEngine
import Coordination
import Experiments
import Foundation

/// One training of a sweep: it goes on from where an earlier execution of it had come to, and leaves checkpoints for the next.
struct SweepTraining {
    private let task: TrainingTask
    private let threads: Int
    private let host: Host
    private let files: WorkerFiles?
    private let checkpointEvery: Duration
    private let places: ContentPlaces

    init(
        _ task: TrainingTask, threads: Int, places: ContentPlaces, on host: Host, files: WorkerFiles?,
        checkpointEvery: Duration
    ) {
        (self.task, self.threads, self.places, self.host) = (task, threads, places, host)
        (self.files, self.checkpointEvery) = (files, checkpointEvery)
    }

    /// Trains, scores and keeps the encoder.
    ///
    /// - Parameters:
    ///   - candidates: Checkpoints that may be gone on from, each with what people call it; the one that is furthest along is
    ///     taken, and what cannot be used is said and left.
    ///   - report: Is told of each step. What it throws ends the training.
    /// - Returns: The figures and the encoder's name; nil where the trial's name is none.
    /// - Throws: `ExperimentError`, `DataError` or `ShapeError` where it cannot be run, and what `report` throws.
    func run(
        from candidates: [(name: String, file: Data)], report: (TaskRun.Event) throws -> Void
    ) throws -> TrialResult? {
        let started = ContinuousClock.now
        var (training, processors) = try begin(candidates, report)
        let clock = ContinuousClock()
        var kept = clock.now
        while let progress = try training.advance() {
            try report(event(of: progress))
            guard let files, clock.now - kept >= checkpointEvery, training.step < training.steps else { continue }
            try keep(training, by: processors, files, report)
            kept = clock.now
        }
        let outcome = try training.outcome()
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let result = TrialResult(
            TrialOutcome(outcome, seconds: seconds), on: host, processors: processors,
            artifact: try files?.keep(outcome.encoder),
            curve: LearningCurve(outcome.curve, of: task.specification.goal, atMost: LearningCurve.pointsLimit))
        files?.removeCheckpoint(of: task.trial)
        return result
    }

    private func event(of progress: TrainingProgress) -> TaskRun.Event {
        let epochs = task.specification.fit.epochs
        let fraction = Double(progress.step) / Double(progress.steps)
        let epoch = min(epochs, Int(fraction * Double(epochs)) + 1)
        let curve = LearningCurve(progress.curve, of: task.specification.goal, atMost: LearningCurve.shownPoints)
        return .progress(fraction: fraction, note: "training, epoch \(epoch)", curve: curve)
    }

    // MARK: Checkpoints

    private func begin(
        _ candidates: [(name: String, file: Data)], _ report: (TaskRun.Event) throws -> Void
    ) throws -> (EncoderTraining, processors: [String]) {
        var handovers: [(name: String, TrainingHandover)] = []
        for (name, file) in candidates {
            do {
                handovers.append((name, try handover(file)))
            } catch {
                try say("\(name) is not gone on from: \(error)", report)
            }
        }
        for (name, handover) in handovers.sorted(by: { $0.1.heading.step > $1.1.heading.step }) {
            do {
                let training = try training(from: handover.checkpoint)
                try say("going on behind step \(training.step) of \(training.steps)", report)
                let before = handover.heading.processors
                return (training, before.last == host.processor ? before : before + [host.processor])
            } catch let error as ExperimentError {
                // What is wrong with the training itself comes up once more below.
                try say("\(name) is not gone on from: \(error)", report)
            } catch DataError.notWeights(_, _, let cause) {
                try say("\(name) is not gone on from: \(cause)", report)
            }
        }
        return (try training(from: nil), [host.processor])
    }

    private func training(from checkpoint: Data?) throws -> EncoderTraining {
        try EncoderTraining(
            task.specification, team: ImageTeam(threads: threads), places: places, resuming: checkpoint)
    }

    private func handover(_ file: Data) throws(HandoverError) -> TrainingHandover {
        let handover = try TrainingHandover(file)
        let program = handover.heading.program
        guard program == Host.programVersion else { throw .otherProgram(program) }
        return handover
    }

    /// For the log of the coordinator, which hears of each new phase, and for that of the worker.
    private func say(_ note: String, _ report: (TaskRun.Event) throws -> Void) throws {
        try? FileHandle.standardError.write(contentsOf: Data("trial \(task.trial.prefix(8)): \(note)\n".utf8))
        try report(.progress(fraction: 0, note: note))
    }

    private func keep(
        _ training: EncoderTraining, by processors: [String], _ files: WorkerFiles,
        _ report: (TaskRun.Event) throws -> Void
    ) throws {
        let heading = TrainingHandover.Heading(
            program: Host.programVersion, processors: processors, step: training.step)
        let file: TrialArtifact
        do {
            file = try files.keep(try TrainingHandover(heading, try training.checkpoint()).file())
        } catch {
            // Without a checkpoint the training is as good as before; it only costs more where it is interrupted.
            return try say("no checkpoint could be kept: \(error)", report)
        }
        files.setNewestCheckpoint(of: task.trial, to: file.name)
        try report(.checkpointed(TaskCheckpoint(file, step: training.step)))
    }
}
