import Cluster
import Experiments
import Foundation
import Sweep

/// Trainings of this process, one after another.
struct TrainingSession {
    struct Outcome {
        /// What is finished, whether now or before.
        var table = TrainingTable()
        /// The trainings that could not be finished, each with its cause.
        var failures: [String] = []
        var isStopped = false
    }

    private let trainings: [NamedTraining]
    private let folder: URL
    private let threads: Int
    private let places: ContentPlaces
    private let checkpointEvery: Duration

    /// - Parameters:
    ///   - trainings: What is trained, in this order.
    ///   - folder: Where the folders of the trainings are.
    ///   - threads: How many threads compute.
    ///   - places: Where on this host the contents are that they read.
    ///   - checkpointEvery: How long is trained between two checkpoints.
    init(
        _ trainings: [NamedTraining], in folder: URL, threads: Int, places: ContentPlaces, checkpointEvery: Duration
    ) {
        (self.trainings, self.folder, self.threads) = (trainings, folder, threads)
        (self.places, self.checkpointEvery) = (places, checkpointEvery)
    }

    /// Trains until all are finished, or a signal comes; a training that fails does not keep the others from theirs.
    func run() -> Outcome {
        let interruption = Interruption()
        let signals = Signals {
            interruption.interrupt()
        } stop: {
            // The last checkpoint is whole, whatever is being written.
            Foundation.exit(Failure.work("").status)
        }
        defer { withExtendedLifetime(signals) {} }
        var display = TrainingDisplay(trainings)
        var outcome = Outcome()
        for training in trainings where !interruption.isInterrupted {
            do {
                let end = try train(training, interruption, &display)
                switch end {
                case .finished(let result): outcome.table.add(result, of: training, in: place(of: training))
                case .stopped: break
                }
                display.end(training, end)
            } catch {
                outcome.failures.append("\(training.name): \(error)")
                display.fail(training, error)
            }
        }
        display.clear()
        outcome.isStopped = interruption.isInterrupted && outcome.table.results.count < trainings.count
        return outcome
    }

    private func train(
        _ training: NamedTraining, _ interruption: Interruption, _ display: inout TrainingDisplay
    ) throws -> TrainingRun.End {
        let files = try TrainingFolder(place(of: training))
        let run = TrainingRun(training.task, in: files, checkpointEvery: checkpointEvery)
        return try run.run(
            threads: threads, places: places, program: Host.programVersion, processor: Host.current.processor,
            isStopped: { interruption.isInterrupted }, report: { display.show(training, $0) })
    }

    /// The folder of a training: the one that it has from a sweep in which other settings differed, else one of its name.
    private func place(of training: NamedTraining) -> URL {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []  // None yet.
        return folder.appending(path: names.first { $0.hasSuffix(training.suffix) } ?? training.name)
    }
}
