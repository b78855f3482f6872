import ConvEngine
import Crypto
import Foundation

/// One task from end to end: images → features → fits → figures and maps.
///
/// The training features are extracted once, or found in the cache; all wanted trials are trained on them together; then
/// every test image goes through the encoder once and is scored for all trials.
///
/// ```swift
/// try Experiment(task, threads: 2, cache: cache).run(trials: wanted) { event in … }
/// ```
package struct Experiment: Sendable {
    /// What an experiment reports while it runs.
    package enum Event: Sendable {
        /// How much of the task is done, from 0 to 1, and during the fit how many epochs.
        case progress(phase: Phase, fraction: Double, epoch: Int?)
        /// A trial is complete.
        case finished(trial: String, TrialOutcome)
    }

    package enum Phase: String, Sendable {
        case features, fit, scoring
    }

    let task: ExperimentTask
    let team: ImageTeam
    private let cache: FeatureCache
    private let places: ContentPlaces

    /// - Parameters:
    ///   - task: The trials and their data.
    ///   - threads: How many threads compute; the results do not depend on it.
    ///   - cache: Where features are kept for this task and later ones.
    ///   - places: Where on this host the contents are that the task reads.
    package init(
        _ task: ExperimentTask, threads: Int, cache: FeatureCache, places: ContentPlaces = ContentPlaces()
    ) {
        self.places = places
        self.task = task
        self.cache = cache
        team = ImageTeam(threads: threads)
    }

    /// Runs the wanted trials and hands each result over as it is complete.
    ///
    /// - Parameters:
    ///   - wanted: The identifiers of the trials whose results are missing.
    ///   - report: Receives progress and results on the calling thread. What it throws ends the run.
    /// - Throws: `ExperimentError`, `DataError` or `ShapeError` where the task cannot be run, and what `report` throws.
    package func run(trials wanted: Set<String>, report: (Event) throws -> Void) throws {
        let trials = task.trials.filter { wanted.contains($0.id) }
        guard var encoder = trials.first?.settings.encoder else { return }
        guard trials.allSatisfy({ $0.settings.encoder.pass == encoder.pass }) else {
            throw ExperimentError.mixedEncoders
        }
        let started = ContinuousClock.now

        encoder.stages = Set(trials.flatMap(\.settings.encoder.readStages)).sorted()
        let train = try ImageSet(task.train, size: task.size, places: places)
        let tests = try task.test.map { test in
            (name: test.name, images: try ImageSet(test.source, size: task.size, places: places))
        }
        var progress = ExperimentProgress(
            train: train.count, test: tests.reduce(0) { $0 + $1.images.count }, trials: trials.map(\.settings))

        var source = try FeatureSource(
            encoder, weightsFile: try weightsFile, digest: task.weights, imageSide: task.size, cache: cache, team: team)
        let features = try source.features(of: "train", train) { try report(progress.imageExtracted()) }
        var skipped = features.skipped
        var data = SHA256()
        data.update(data: features.digest)

        let selections = try trials.map { trial in
            try encoder.name.selection(of: trial.settings.encoder.readStages, among: source.encoder.readStages)
        }
        let readouts = try fittedReadouts(of: trials.map(\.settings), selections: selections, on: features.images) {
            epochs in try report(progress.epochsDone(epochs))
        }

        let predictor = ReadoutPredictor(readouts, selections: selections, team: team)
        var scorings = zip(trials, readouts).map { trial, readout in
            Scoring(
                trial.settings, readout: readout, targetSide: task.size, mapsKept: task.mapsKept,
                rings: task.rings)
        }
        for test in tests {
            let scored = try score(test.name, test.images, from: &source, with: predictor, into: &scorings) {
                try report(progress.imageScored())
            }
            skipped += scored.skipped
            data.update(data: scored.digest)
        }

        let digest = hexadecimal(data.finalize())
        let seconds = (ContinuousClock.now - started) / .seconds(1) / Double(trials.count)
        for (trial, scoring) in zip(trials, scorings) {
            let outcome = TrialOutcome(
                metrics: scoring.metrics, maps: scoring.maps, skipped: skipped,
                weights: source.weights.provenance + training,
                data: digest, seconds: seconds)
            try report(.finished(trial: trial.id, outcome))
        }
    }

    /// Which training the weights come from, as a result's provenance says it.
    private var training: String { task.trainedBy.map { ", trained by trial \($0)" } ?? "" }

    private var weightsFile: String? {
        get throws {
            guard let digest = task.weights else {
                if let trial = task.trainedBy { throw ExperimentError.noTrainedEncoder(trial: trial) }
                return nil
            }
            guard let file = places.weights[digest] else { throw DataError.notHere(digest) }
            return file
        }
    }
}
