import ArgumentParser
import Experiments
import Foundation
import ResultsStore

/// What a shell offers where the user presses Tab.
extension CompletionKind {
    static var sweepFile: CompletionKind { .file(extensions: ["yaml", "yml"]) }
    static var weightsFile: CompletionKind { .file(extensions: ["pth", "safetensors"]) }
    static var keyFile: CompletionKind { .file(extensions: ["key"]) }

    /// The metrics of every kind of experiment.
    static var metric: CompletionKind {
        let names = ExperimentKind.allCases.flatMap(\.metrics)
        return .list(names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { names[$0] })
    }

    /// A setting that `--set` overrides; its value is typed behind it.
    static var setting: CompletionKind {
        .list(SettingKey.all.map { "\($0.name)=" })
    }

    /// The sweeps of the state folder that the command line names; without one those that have a state folder here, and sweep
    /// files.
    static var sweepName: CompletionKind {
        .custom { words, _, beginning in
            let here = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
            let found: [String]
            if let option = words.lastIndex(of: "--state"), words.indices.contains(option + 1) {
                found =
                    (try? ResultsStore(reading: URL(filePath: words[option + 1])).sweepNames().values.sorted()) ?? []
            } else {
                found = here.filter { $0.hasSuffix(".state") }.map { String($0.dropLast(".state".count)) }.sorted()
            }
            // A shell would take a name apart, or do what it says.
            return found.filter { $0.hasPrefix(beginning) && PrintableText.printable($0) == $0 }
        }
    }
}
