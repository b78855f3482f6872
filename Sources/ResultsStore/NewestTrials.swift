import Coordination

/// The trials of a sweep that were finished last, as rows of its table: what tells them from one another, and their figures.
package struct NewestTrials: Hashable, Codable, Sendable {
    package struct Row: Hashable, Codable, Sendable {
        /// In the order of ``NewestTrials/settings``.
        package let settings: [String]
        /// For each test set the metrics in their order; nil where there is no value.
        package let figures: [Double?]

        package init(settings: [String], figures: [Double?]) {
            self.settings = settings
            self.figures = figures
        }
    }

    package let sweep: String
    /// The settings that are not the same in all trials, those first by which the table is laid out.
    package let settings: [String]
    package let testSets: [String]
    package let metrics: [String]
    /// The newest first; each has a value for every setting, and a figure for every metric on every test set.
    package let rows: [Row]

    /// So many rows at most are asked for and shown.
    package static let limit = 10

    package init(sweep: String, settings: [String], testSets: [String], metrics: [String], rows: [Row]) {
        self.sweep = sweep
        self.settings = settings
        self.testSets = testSets
        self.metrics = metrics
        self.rows = rows
    }
}

extension NewestTrials {
    /// What rows are made of, for trials of one sweep.
    package struct Layout: Sendable {
        let definition: TableDefinition
        let name: String
        /// The places of the settings that vary.
        fileprivate let varying: [Int]
        fileprivate let testSets: [String]
        fileprivate let metrics: [String]

        /// What is sent to others is bounded, whatever a sweep file says.
        private static let (settingsLimit, testSetsLimit, metricsLimit) = (12, 6, 4)

        package init(_ definition: TableDefinition, name: String) {
            (self.definition, self.name) = (definition, name)
            let names = definition.settings
            let count = min(names.count, definition.trials.columnCount)
            // What the table is laid out by comes first, then what else tells trials apart.
            let keys = (definition.rows + definition.columns).compactMap { names.prefix(count).firstIndex(of: $0) }
                .filter { definition.trials.values(in: $0).count > 1 }
            let others = (0..<count).filter { column in
                let values = definition.trials.values(in: column).filter { $0 != TableDefinition.irrelevant }
                return values.count > 1 && !keys.contains(column)
            }
            varying = Array((keys + others).prefix(Self.settingsLimit))
            testSets = Array(definition.testSets.prefix(Self.testSetsLimit))
            metrics = Array(definition.metrics.prefix(Self.metricsLimit))
        }

        /// The rows of trials whose figures are known.
        func newest(_ trials: [(position: Int, metrics: [TrialResult.Metric])]) -> NewestTrials {
            NewestTrials(
                sweep: Self.short(name), settings: varying.map { Self.short(definition.settings[$0]) },
                testSets: testSets.map(Self.short), metrics: metrics.map(Self.short),
                rows: trials.compactMap { trial in
                    guard definition.trials.indices.contains(trial.position) else { return nil }
                    let settings = definition.trials[trial.position]
                    return Row(
                        settings: varying.map { Self.short(settings[$0]) },
                        figures: testSets.flatMap { set in
                            metrics.map { name in
                                let value = trial.metrics.first { $0.testSet == set && $0.name == name }?.value
                                // JSON has no word for what is not finite.
                                return value.flatMap { $0.isFinite ? $0 : nil }
                            }
                        })
                })
        }

        private static func short(_ text: String) -> String {
            text.utf8.count <= 64 ? text : String(text.unicodeScalars.prefix(63)) + "…"
        }
    }
}
