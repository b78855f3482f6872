import ArgumentParser
import Cluster
import Coordination
import Experiments
import Foundation
import ResultsStore

struct EncodersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoders",
        abstract: "Write the encoders that a sweep has trained as .safetensors files.",
        discussion: """
            Each is named after its task, its encoder, the settings that differ, its seed
            and its trial, and has a .json file beside it that says where it comes from.
            `weights` of a sweep file reads it.

            Example:

              posweep encoders trained --output encoders
            """)

    @OptionGroup var source: StateOptions

    @Option(
        help: ArgumentHelp("The folder to write to; it is made where there is none.", valueName: "folder"),
        completion: .directory)
    var output: String

    @OptionGroup var form: OutputForm

    func run() throws {
        let (store, sweep) = try source.open()
        let trained = try TrainedEncoder.all(of: sweep, in: store)
        guard !trained.isEmpty else { throw Failure.work("the sweep has no trained encoders yet") }
        let folder = URL(filePath: output)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DataError.unwritable(folder.path, cause: error.localizedDescription)
        }
        for encoder in trained {
            try encoder.write(to: folder, from: store)
            // A listing is whole or not at all; lines come as the files do.
            if !form.isJSON { print(encoder.file(in: folder)) }
        }
        guard form.isJSON else { return }
        print(try OutputForm.json(of: trained.map { Written(file: $0.file(in: folder), origin: $0.origin) }))
    }

    private struct Written: Encodable {
        let file: String
        let origin: TrainedEncoder.Origin
    }
}

/// An encoder that a trial of a stored sweep has trained.
private struct TrainedEncoder {
    /// For people and file systems.
    let name: String
    private let artifact: TrialArtifact
    let origin: Origin

    /// What the file beside it says.
    struct Origin: Encodable {
        struct Figure: Encodable {
            let test: String
            let metric: String
            let value: Double?
        }

        let sweep: String
        let trial: String
        let task: String
        let attempt: UInt64
        let worker: String
        let committed: String
        let sha256: String
        let bytes: Int
        let settings: [String: String]
        let figures: [Figure]
        let program: String
        let host: String
        let processor: String
        let blas: String
        let weights: String
        let data: String
        let seconds: Double
    }

    /// Those of a sweep, in the order of its trials.
    static func all(of sweep: SweepID, in store: ResultsStore) throws -> [TrainedEncoder] {
        let table = try store.table(of: sweep, showsAll: true)
        var trained: [(TableTrial, TableTrial.Findings, TrialArtifact)] = []
        for trial in table.trials {
            guard case .finished(let findings) = trial.state, let file = try store.artifact(of: trial.id) else {
                continue
            }
            trained.append((trial, findings, file))
        }
        let keys = table.definition.settings
        let shown = trained.map { trial, _, _ in Dictionary(uniqueKeysWithValues: zip(keys, trial.settings)) }
        let named = ["experiment", "encoder", "seed"]
        let differing = keys.filter { key in !named.contains(key) && Set(shown.map { $0[key] }).count > 1 }
        return zip(trained, shown).map { trained, settings in
            TrainedEncoder(
                trained.0.id, trained.1, trained.2, settings, differing: differing, sweep: table.name)
        }
    }

    private init(
        _ trial: TrialID, _ findings: TableTrial.Findings, _ file: TrialArtifact, _ settings: [String: String],
        differing: [String], sweep: String
    ) {
        artifact = file
        let relevant = (differing + ["seed"]).filter { settings[$0] != TableDefinition.irrelevant }
        let words =
            ["experiment", "encoder"].compactMap { settings[$0] }
            + relevant.flatMap { key in
                [key.split(separator: ".").last.map(String.init) ?? key, settings[key] ?? ""]
            }
        name = (words.filter { !$0.isEmpty }.map(\.asFileName) + [trial.short]).joined(separator: "-")
        let provenance = findings.provenance
        origin = Origin(
            sweep: sweep, trial: "\(trial)", task: "\(provenance.task)", attempt: provenance.attempt.number,
            worker: "\(provenance.worker)", committed: provenance.committed, sha256: file.name.digits, bytes: file.size,
            settings: settings,
            figures: findings.metrics.map { Origin.Figure(test: $0.testSet, metric: $0.name, value: $0.value) },
            program: provenance.result.programVersion, host: provenance.result.host,
            processor: provenance.result.processor, blas: provenance.result.blas, weights: provenance.result.weights,
            data: provenance.result.data, seconds: provenance.result.seconds)
    }

    /// Where it is written to.
    func file(in folder: URL) -> String {
        folder.appending(path: "\(name).safetensors").relativePath
    }

    /// Writes the encoder, compared with its name, and where it comes from.
    func write(to folder: URL, from store: ResultsStore) throws {
        let place = ContentShelf.place(of: artifact, stateFolder: store.folder.url)
        guard let data = try? Data(contentsOf: place) else {
            throw Failure.work("\(place.path), which trial \(origin.trial) has made, cannot be read")
        }
        guard ContentDigest(of: data).description == artifact.name.digits else {
            throw Failure.work("\(place.path) is not what trial \(origin.trial) has made: the file is damaged")
        }
        try DurableFile.write(data, to: folder.appending(path: "\(name).safetensors"))
        try DurableFile.write(
            Data((try OutputForm.json(of: origin) + "\n").utf8), to: folder.appending(path: "\(name).json"))
    }
}
