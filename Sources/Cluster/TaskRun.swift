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
    /// - Returns: The runner.
    package static func experiments(threads: Int, cache: FeatureCache, fetcher: ContentFetcher) -> Runner {
        let host = Host.current
        return { body, trials, inputs, report in
            let work = try TaskWork(body: body).beginning(from: inputs)
            let contents = try fetcher.contents(of: work) { note in try report(.progress(fraction: 0, note: note)) }
            defer { withExtendedLifetime(contents) {} }
            switch work {
            case .position(let task):
                let experiment = Experiment(task, threads: threads, cache: cache, places: contents.places)
                try run(experiment, trials: trials, on: host, report)
            case .training(let task): try run(task, threads: threads, places: contents.places, on: host, report)
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

    private static func run(
        _ task: TrainingTask, threads: Int, places: ContentPlaces, on host: Host, _ report: (Event) throws -> Void
    ) throws {
        let started = ContinuousClock.now
        let (epochs, goal) = (task.specification.fit.epochs, task.specification.goal)
        let outcome = try task.run(threads: threads, places: places) { progress in
            let fraction = Double(progress.step) / Double(progress.steps)
            let epoch = min(epochs, Int(fraction * Double(epochs)) + 1)
            let curve = LearningCurve(progress.curve, of: goal, atMost: LearningCurve.shownPoints)
            try report(.progress(fraction: fraction, note: "training, epoch \(epoch)", curve: curve))
        }
        guard let trial = TrialID(task.trial) else { return }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let curve = LearningCurve(outcome.curve, of: goal, atMost: LearningCurve.pointsLimit)
        try report(.finished(trial, TrialResult(TrialOutcome(outcome, seconds: seconds), on: host, curve: curve)))
    }

    /// Whose fault it is that a task could not be run.
    static func kind(of error: any Error) -> FailureKind {
        switch error {
        case ExperimentError.featuresDoNotFit: .memory
        // Another host may have the file: folders are shared, and mounts are forgotten.
        case DataError.missing, DataError.unreadable, DataError.notAFolder, DataError.noImages, is BlobCacheError,
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

    init(_ outcome: TrialOutcome, on host: Host, curve: LearningCurve? = nil) {
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
                processor: Self.shortened(host.processor, to: Self.nameBytes),
                blas: "OpenBLAS \(OpenBLAS.library.core)", weights: outcome.weights, data: outcome.data,
                seconds: outcome.seconds), curve: curve)
    }

    private static func shortened(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = text.prefix(bytes)
        while kept.utf8.count > bytes - 3 { kept.removeLast() }
        return kept + "…"
    }
}
