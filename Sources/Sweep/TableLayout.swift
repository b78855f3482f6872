import Experiments

/// Which keys make the rows and the columns of a sweep's table, and which metrics its cells show.
package struct TableLayout: Hashable, Sendable {
    /// Names of settings, or ``testKey``.
    package let rows: [String]
    package let columns: [String]
    package let metrics: [String]

    /// The key that stands for the test set.
    package static let testKey = "test"
    /// The metrics of trials that read positions, which may also be split into rings.
    package static let positionMetrics = ExperimentKind.position.metrics
    /// Those of all experiments.
    package static let knownMetrics = {
        var seen: Set<String> = []
        return ExperimentKind.allCases.flatMap(\.metrics).filter { seen.insert($0).inserted }
    }()
    /// Whether small figures of a metric, on a ring or on whole maps, are the better ones.
    package static func prefersSmall(_ metric: String) -> Bool {
        PositionMetrics.named(metric.prefix { $0 != BorderRings.mark })?.prefersSmall ?? false
    }

    /// Whether a constant prediction has no such figure.
    package static func needsVariation(_ metric: String) -> Bool {
        PositionMetrics.named(metric)?.needsVariation ?? false
    }

    /// Stands for the metrics of positions on every ring of `data.rings`.
    static let ringsWord = "rings"
}
