import Coordination
import Foundation
import ResultsStore

/// A sweep of three encoders and three targets with two seeds, in every state that a table can show.
enum TableSamples {
    static let settings = ["encoder", "encoder.padding", "encoder.stages", "target", "stripes", "seed"]

    static func definition(
        rows: [String] = ["target", "encoder"], columns: [String] = ["test"], metrics: [String] = ["SPC", "MAE"],
        testSets: [String] = ["natural", "black"], stripes: String = "unit", seeds: ClosedRange<Int> = 1...2,
        reference: TableDefinition.Reference? = nil
    ) -> TableDefinition {
        var trials: [[String]] = []
        for (encoder, padding) in [("none", "zero"), ("vgg16", "zero"), ("vgg16", "none")] {
            for target in ["H", "G", "HS"] {
                for seed in seeds {
                    trials.append([encoder, padding, "all", target, stripes, String(seed)])
                }
            }
        }
        return TableDefinition(
            description: nil, fileDigest: "f1",
            settings: settings, trials: trials, testSets: testSets, rows: rows, columns: columns, metrics: metrics,
            reference: reference)
    }

    /// Everything finished; SPC is undefined for the raw image on the black one.
    static func trials(of definition: TableDefinition) -> [TableTrial] {
        definition.trials.enumerated().map { position, settings in
            TableTrial(
                id: Samples.trial(UInt64(position + 1)), settings: settings,
                state: .finished(findings(position, Array(settings), definition)))
        }
    }

    static func findings(_ position: Int, _ settings: [String], _ definition: TableDefinition) -> TableTrial.Findings {
        let number = Double(position)
        let metrics = definition.testSets.flatMap { testSet in
            let isUndefined = settings[0] == "none" && testSet == "black"
            return [
                TrialResult.Metric(
                    testSet: testSet, name: "SPC", value: isUndefined ? nil : 0.9 - number / 16,
                    images: testSet == "black" ? 1 : 24, undefined: isUndefined ? 1 : 0),
                TrialResult.Metric(
                    testSet: testSet, name: "MAE", value: number / 64 + 0.0625, images: testSet == "black" ? 1 : 24,
                    undefined: 0),
            ]
        }
        return TableTrial.Findings(
            metrics: metrics, skipped: [],
            provenance: Provenance(
                task: Samples.task(UInt64(position / 6)), attempt: .first, worker: Samples.alice,
                result: Samples.provenance(seconds: number + 0.5), committed: "2026-11-23T12:00:00.000Z"))
    }

    /// A sweep that is still running: results, missing and failed trials, skipped images, hostile names.
    static func unfinished(_ definition: TableDefinition) -> [TableTrial] {
        trials(of: definition).enumerated().map { position, trial in
            let state: TableTrial.State =
                switch position {
                case 7, 8, 9: .missing
                case 10, 11: .failed(cause: "data/DUTS-TR: no such folder")
                case 12: .failed(cause: "out of memory")
                default:
                    .finished(
                        TableTrial.Findings(
                            metrics: findings(position, Array(trial.settings), definition).metrics, skipped: skipped,
                            provenance: findings(position, Array(trial.settings), definition).provenance))
                }
            return TableTrial(id: trial.id, settings: trial.settings, state: state)
        }
    }

    static let skipped = [
        TrialResult.SkippedImage(set: "train", image: "b.jpg", cause: "not a JPEG"),
        TrialResult.SkippedImage(set: "train", image: "a.jpg", cause: "not a JPEG"),
        TrialResult.SkippedImage(set: "natural", image: "=cmd()\u{1B}[31m|x|", cause: "20000 x 20000 pixels"),
    ]
}
