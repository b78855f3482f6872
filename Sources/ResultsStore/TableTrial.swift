package import Coordination

/// A trial as tables see it.
package struct TableTrial: Hashable, Sendable {
    package let id: TrialID
    /// Canonical spellings, in the order of the definition's settings.
    package let settings: TrialColumns.Row
    package let state: State

    package enum State: Hashable, Sendable {
        case finished(Findings)
        case missing
        case failed(cause: String)
    }

    package struct Findings: Hashable, Sendable {
        package let metrics: [TrialResult.Metric]
        package let skipped: [TrialResult.SkippedImage]
        package let provenance: Provenance

        package init(
            metrics: [TrialResult.Metric], skipped: [TrialResult.SkippedImage], provenance: Provenance
        ) {
            self.metrics = metrics
            self.skipped = skipped
            self.provenance = provenance
        }

        /// The metric of this name on a test set.
        package func metric(_ name: String, on testSet: String) -> TrialResult.Metric? {
            metrics.first { $0.name == name && $0.testSet == testSet }
        }
    }

    package init(id: TrialID, settings: [String], state: State) {
        self.init(id: id, settings: TrialColumns.Row(settings), state: state)
    }

    package init(id: TrialID, settings: TrialColumns.Row, state: State) {
        self.id = id
        self.settings = settings
        self.state = state
    }

    var findings: Findings? {
        guard case .finished(let findings) = state else { return nil }
        return findings
    }
}
