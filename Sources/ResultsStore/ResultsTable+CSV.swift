import Coordination

extension ResultsTable {
    /// One line for each trial and test set: identifier, state, every setting, the metrics, and at the end where they
    /// come from.
    ///
    /// A metric that is undefined is an empty field, told from a missing one by the state and by its count of undefined
    /// images.
    func commaSeparated(provenance: Bool) -> String {
        var text = CommaSeparated.line(header + (provenance ? Self.provenanceHeader : []))
        for trial in trials {
            for testSet in definition.testSets {
                text += CommaSeparated.line(
                    fields(of: trial, on: testSet) + (provenance ? provenanceFields(of: trial) : []))
            }
        }
        return text
    }

    private var header: [String] {
        let metrics = definition.metrics.flatMap { [$0, $0 + "_undefined"] }
        let names = ["sweep", "trial", "state"] + definition.settings + ["test", "images"] + metrics + ["skipped"]
        return names.map(CommaSeparated.harmless)
    }

    private func fields(of trial: TableTrial, on testSet: String) -> [String] {
        let front = [CommaSeparated.harmless(name), trial.id.description, trial.state.name]
        let values = trial.settings.map { $0 == TableDefinition.irrelevant ? "" : $0 }
        let settings = (values + [testSet]).map(CommaSeparated.harmless)
        guard let findings = trial.findings else {
            return front + settings + [String](repeating: "", count: 2 + 2 * definition.metrics.count)
        }
        let metrics = definition.metrics.map { findings.metric($0, on: testSet) }
        let images = metrics.compactMap { $0?.images }.max().map(String.init) ?? ""
        let figures = metrics.flatMap { metric in
            [metric?.value.map { "\($0)" } ?? "", metric.map { String($0.undefined) } ?? ""]
        }
        let skipped = findings.skipped.count { $0.set == testSet || $0.set == "train" }
        return front + settings + [images] + figures + [String(skipped)]
    }

    private static let provenanceHeader = [
        "sweep_file", "task", "attempt", "worker", "host", "program_version", "processor", "blas", "weights", "data",
        "seconds",
        "committed",
    ]

    private func provenanceFields(of trial: TableTrial) -> [String] {
        guard let from = trial.findings?.provenance else {
            return Self.provenanceHeader.map { _ in "" }
        }
        let names = [
            from.result.host, from.result.programVersion, from.result.processor, from.result.blas, from.result.weights,
            from.result.data,
        ]
        return [
            CommaSeparated.harmless(definition.fileDigest), from.task.description, from.attempt.description,
            from.worker.description,
        ]
            + names.map(CommaSeparated.harmless) + ["\(from.result.seconds)", from.committed]
    }
}

extension TableTrial.State {
    var name: String {
        switch self {
        case .finished: "finished"
        case .missing: "missing"
        case .failed: "failed"
        }
    }
}
