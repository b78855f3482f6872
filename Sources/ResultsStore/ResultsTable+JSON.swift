import Coordination
import Sweep

extension ResultsTable {
    /// The sweep's trials with their settings, metrics, skipped images and provenance.
    func json(provenance: Bool) -> String {
        let trials = trials.map { trial in json(of: trial, provenance: provenance) }
        let file: [(String, JSONText)] =
            provenance
            ? [("sweepFile", .text(definition.fileDigest))] + (definition.origin.map { [("submitted", $0.json)] } ?? [])
            : []
        let members: [(String, JSONText)] =
            [("sweep", .text(name))] + file + [
                ("metrics", .array(definition.metrics.map(JSONText.text))),
                ("testSets", .array(definition.testSets.map(JSONText.text))), ("trials", .array(trials)),
                ("notes", .array(notes.map(JSONText.text))),
            ]
        return JSONText.object(members).written() + "\n"
    }

    private func json(of trial: TableTrial, provenance: Bool) -> JSONText {
        let settings = zip(definition.settings, trial.settings).map { key, value in (key, JSONText(setting: value)) }
        var members: [(String, JSONText)] = [
            ("trial", .text(trial.id.description)), ("state", .text(trial.state.name)), ("settings", .object(settings)),
        ]
        switch trial.state {
        case .missing: break
        case .failed(let cause): members.append(("cause", .text(cause)))
        case .finished(let findings):
            members.append(("results", .object(definition.testSets.map { ($0, results(findings, on: $0)) })))
            members.append(
                (
                    "skipped",
                    .array(
                        findings.skipped.map { image in
                            .object([
                                ("set", .text(image.set)), ("image", .text(image.image)), ("cause", .text(image.cause)),
                            ])
                        })
                ))
            if provenance { members.append(("provenance", findings.provenance.json)) }
        }
        return .object(members)
    }

    private func results(_ findings: TableTrial.Findings, on testSet: String) -> JSONText {
        .object(
            definition.metrics.compactMap { name in
                findings.metric(name, on: testSet).map { metric in
                    (
                        name,
                        .object([
                            ("value", metric.value.map(JSONText.number) ?? .null),
                            ("kind", .text(metric.value == nil ? "undefined" : "defined")),
                            ("images", .integer(metric.images)), ("undefined", .integer(metric.undefined)),
                        ])
                    )
                }
            })
    }
}

extension SweepOrigin {
    fileprivate var json: JSONText {
        .object([
            ("file", .text(path)), ("folder", .text(folder)), ("set", .array(overrides.map(JSONText.text))),
            ("variables", .object(variables.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
        ])
    }
}

extension Provenance {
    fileprivate var json: JSONText {
        .object([
            ("task", .text(task.description)), ("attempt", .text(attempt.description)),
            ("worker", .text(worker.description)), ("host", .text(result.host)),
            ("programVersion", .text(result.programVersion)), ("processor", .text(result.processor)),
            ("blas", .text(result.blas)), ("weights", .text(result.weights)), ("data", .text(result.data)),
            ("seconds", .number(result.seconds)), ("committed", .text(committed)),
        ])
    }
}
