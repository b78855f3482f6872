import ConvEngine
package import Coordination
package import Experiments
import Foundation
import Sweep

/// One task on this host: its body becomes an experiment, and what the experiment finds becomes messages.
package enum TaskRun {
    /// What a running task says.
    package enum Event: Sendable {
        case progress(fraction: Double, note: String, curve: LearningCurve? = nil)
        /// It has come so far; the file is on this worker's disk.
        case checkpointed(TaskCheckpoint)
        case finished(TrialID, TrialResult)
    }

    /// Runs a task's missing trials from what earlier work has made; what `report` throws ends it.
    package typealias Runner =
        @Sendable (
            _ body: [UInt8], _ trials: [TrialID], _ inputs: TaskInputs, _ report: @escaping (Event) throws -> Void
        ) throws -> Void

    /// The runner that computes, on this many threads.
    ///
    /// - Parameters:
    ///   - threads: How many threads compute.
    ///   - cache: Where features are kept for its next tasks.
    ///   - fetcher: Brings what tasks read to this host.
    ///   - files: Where trainings keep what they make; nil keeps nothing of it but their figures.
    ///   - checkpointEvery: How long a training goes on between two checkpoints; zero for one behind each step.
    /// - Returns: The runner.
    package static func experiments(
        threads: Int, cache: FeatureCache, fetcher: ContentFetcher, files: WorkerFiles? = nil,
        checkpointEvery: Duration = .seconds(60)
    ) -> Runner {
        let host = Host.current
        return { body, trials, inputs, report in
            let work = try TaskWork(body: body).beginning(from: inputs)
            let contents = try fetcher.contents(of: work) { note in try report(.progress(fraction: 0, note: note)) }
            defer { withExtendedLifetime(contents) {} }
            switch work {
            case .position(let task):
                let experiment = Experiment(task, threads: threads, cache: cache, places: contents.places)
                try run(experiment, trials: trials, on: host, report)
            case .training(let task):
                let training = SweepTraining(
                    task, threads: threads, places: contents.places, on: host, files: files,
                    checkpointEvery: checkpointEvery)
                guard let trial = TrialID(task.trial) else { return }
                let checkpoints = try checkpoints(of: task, inputs.checkpoint, files, fetcher, report)
                guard let result = try training.run(from: checkpoints, report: report) else { return }
                try report(.finished(trial, result))
            }
        }
    }

    private static func run(
        _ experiment: Experiment, trials: [TrialID], on host: Host, _ report: (Event) throws -> Void
    ) throws {
        try experiment.run(trials: Set(trials.map(\.description))) { event in
            switch event {
            case .progress(let phase, let fraction, let epoch):
                let note = epoch.map { "\(phase.rawValue), epoch \($0)" } ?? phase.rawValue
                try report(.progress(fraction: fraction, note: note))
            case .finished(let trial, let outcome):
                guard let trial = TrialID(trial) else { return }
                try report(.finished(trial, TrialResult(outcome, on: host)))
            }
        }
    }

    /// What a training may go on from: what this worker has kept, and what the coordinator names.
    private static func checkpoints(
        of task: TrainingTask, _ given: TaskCheckpoint?, _ files: WorkerFiles?, _ fetcher: ContentFetcher,
        _ report: (Event) throws -> Void
    ) throws -> [(name: String, file: Data)] {
        let own = files?.newestCheckpoint(of: task.trial).map { (name: "this worker's checkpoint", file: $0) }
        guard let given else { return own.map { [$0] } ?? [] }
        // The same bytes need not travel.
        if let own, ContentDigest(of: own.file).blob == given.file.name { return [own] }
        do {
            let file = try fetcher.file(given.file, "the checkpoint") { try report(.progress(fraction: 0, note: $0)) }
            return [(name: "the coordinator's checkpoint", file: file)] + (own.map { [$0] } ?? [])
        } catch let error as FetchError {
            // It has been replaced meanwhile, or is damaged: what is left is the beginning.
            let cause =
                switch error {
                case .blob(_, _, .refused): "the coordinator does not have it any more"
                case .blob, .notAList: "it is damaged"
                }
            try report(.progress(fraction: 0, note: "the coordinator's checkpoint is not gone on from: \(cause)"))
            return own.map { [$0] } ?? []
        }
    }

    /// Whose fault it is that a task could not be run.
    static func kind(of error: any Error) -> FailureKind {
        switch error {
        case ExperimentError.featuresDoNotFit: .memory
        // Another host may have the file: folders are shared, and mounts are forgotten.
        case DataError.missing, DataError.unreadable, DataError.notAFolder, DataError.noImages,
            DataError.unwritable, is BlobCacheError,
            is SocketError:
            .host
        default: .trial
        }
    }
}

extension TrialResult {
    // Together these keep an offer, with the map values that travel in it, below the 64 KiB of a message.
    private static let skippedNamed = 40
    private static let mapsLimit = 128
    private static let nameBytes = 80
    private static let causeBytes = 160

    /// - Parameters:
    ///   - outcome: What was found out.
    ///   - host: Where.
    ///   - processors: The processors that have had a part in it, in order; empty for this host's alone.
    ///   - artifact: The file that was made beside.
    ///   - curve: How a training went.
    init(
        _ outcome: TrialOutcome, on host: Host, processors: [String] = [], artifact: TrialArtifact? = nil,
        curve: LearningCurve? = nil
    ) {
        var skipped = outcome.skipped.prefix(Self.skippedNamed).map { skipped in
            SkippedImage(
                set: skipped.set, image: Self.shortened(skipped.image, to: Self.nameBytes),
                cause: Self.shortened(skipped.cause, to: Self.causeBytes))
        }
        if outcome.skipped.count > Self.skippedNamed {
            let rest = outcome.skipped.count - Self.skippedNamed
            skipped.append(SkippedImage(set: "", image: "\(rest) more images", cause: "as those before"))
        }
        self.init(
            metrics: outcome.metrics.map { metric in
                Metric(
                    testSet: metric.testSet, name: metric.name, value: metric.value, images: metric.images,
                    undefined: metric.undefined)
            },
            maps: outcome.maps.prefix(Self.mapsLimit).map { map in
                Map(
                    testSet: map.testSet, image: map.image,
                    imageName: Self.shortened(map.imageName, to: Self.nameBytes), height: map.height,
                    width: map.width, values: map.values)
            },
            skipped: skipped,
            provenance: Provenance(
                programVersion: Host.programVersion, host: Self.shortened(host.name, to: Self.nameBytes),
                processor: processors.count > 1
                    ? Self.shortened(processors.joined(separator: ", then "), to: 4 * Self.nameBytes)
                    : Self.shortened(host.processor, to: Self.nameBytes),
                blas: "OpenBLAS \(OpenBLAS.library.core)", weights: outcome.weights, data: outcome.data,
                seconds: outcome.seconds), artifact: artifact, curve: curve)
    }

    private static func shortened(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = text.prefix(bytes)
        while kept.utf8.count > bytes - 3 { kept.removeLast() }
        return kept + "…"
    }
}
