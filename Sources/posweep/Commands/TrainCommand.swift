import ArgumentParser
import Cluster
import Experiments
import Foundation
import Sweep

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train the encoders that a sweep file asks for, on this host.",
        discussion: """
            Each training gets a folder with encoder.safetensors, for `weights` of a sweep
            file, curve.csv and result.json. Ctrl-C stops behind the present step; the
            same command goes on where it was, and leaves what is finished as it is.

            Example:

              posweep train sweeps/trained.yaml --output trained
            """)

    @OptionGroup var source: SweepSource

    @Option(
        help: ArgumentHelp("The folder that the trainings' folders are made in.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Option(help: "Threads that compute; by default all cores.")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "How long to train between two checkpoints, as 60s or 5min; 0s for one behind each step.",
            valueName: "time"))
    var checkpointEvery = TimeSpan(seconds: 60)

    @OptionGroup var form: OutputForm

    func validate() throws {
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
    }

    func run() throws {
        let definition = try source.definition()
        let trainings = definition.trainings
        guard !trainings.isEmpty else {
            throw Failure.usage(
                "\(source.sweep) trains no encoder — give it experiment: saliency and a section training, as in sweeps/trained.yaml"
            )
        }
        let folder = URL(filePath: output)
        let places = try ContentShelf(stateFolder: folder).places(of: definition)
        let session = TrainingSession(
            trainings, in: folder, threads: threads ?? Host.current.cores, places: places,
            checkpointEvery: checkpointEvery.duration)
        let outcome = session.run()
        if form.isJSON || !outcome.table.rows.isEmpty {
            try form.show(outcome.table.results, outcome.table.text)
        }
        if outcome.isStopped {
            throw Failure.work("stopped; what is done is kept — \(resumeCommand(definition.origin)) goes on from here")
        }
        guard outcome.failures.isEmpty else {
            throw Failure.work(
                "\(outcome.failures.count) of \(trainings.count) trainings failed:\n  "
                    + outcome.failures.joined(separator: "\n  "))
        }
    }

    /// The command that goes on where this one stopped, as a shell reads it.
    private func resumeCommand(_ origin: SweepOrigin) -> String {
        "\(ShellCommand("train", origin, ShellCommand.option("output", output)))"
    }
}

extension ContentShelf {
    /// Keeps the lists of the images that a sweep's trainings read, and says where they are.
    fileprivate func places(of definition: SweepDefinition) throws(DataError) -> ContentPlaces {
        let needed = definition.trainings.reduce(into: Set<ContentDigest>()) {
            $0.formUnion($1.task.specification.lists)
        }
        let contents = definition.contents.filter { needed.contains($0.value) }
        try keep(contents, reader: ContentReader())
        return places(of: contents)
    }
}
