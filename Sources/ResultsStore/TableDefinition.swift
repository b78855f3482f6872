package import Sweep

/// What a table needs to know of a sweep beside its results.
///
/// It is stored with the sweep, as JSON, so that a table can be printed where the sweep file is not.
package struct TableDefinition: Hashable, Codable, Sendable {
    package let description: String?
    /// SHA-256 of the sweep file's text in hexadecimal digits.
    package let fileDigest: String
    /// The names of the settings, in the order in which they are documented.
    package let settings: [String]
    /// The settings of each trial in their canonical spelling, in the order of ``settings``; trials as in the sweep.
    package let trials: TrialColumns
    /// How many of the last trials the table leaves out, since they are there for others alone; nil for none.
    package let hiddenTrials: Int?
    /// The test sets in the order of the sweep file.
    package let testSets: [String]
    /// The keys that make a row: names of settings, or ``testKey``.
    package let rows: [String]
    /// The keys that make a group of columns.
    package let columns: [String]
    /// The metrics in a group of columns.
    package let metrics: [String]
    package let reference: Reference?
    /// How the sweep was submitted last; nil where an earlier version of the program took it, which did not keep it.
    package let origin: SweepOrigin?

    /// The figures of a paper that the sweep is compared with.
    package struct Reference: Hashable, Codable, Sendable {
        /// The CSV file.
        package let file: String
        package let cite: String?
        /// How far a metric may be from the published figure, by the metric's name.
        package let tolerance: [String: Double]

        package init(file: String, cite: String?, tolerance: [String: Double]) {
            self.file = file
            self.cite = cite
            self.tolerance = tolerance
        }
    }

    /// The key that stands for the test set in rows and columns.
    package static let testKey = "test"
    /// The setting over which figures are averaged, unless it is asked for as a row or column.
    package static let seedKey = "seed"
    /// Stands for a setting that cannot change a trial's result, such as the padding of no encoder.
    package static let irrelevant = "–"

    /// The definition with these metrics, for a table of fewer or other figures.
    package func showing(_ metrics: [String]) -> TableDefinition {
        TableDefinition(
            description: description, fileDigest: fileDigest, settings: settings, trials: trials,
            hiddenTrials: hiddenTrials, testSets: testSets, rows: rows, columns: columns, metrics: metrics,
            reference: reference, origin: origin)
    }

    /// The same from rows, all of which have as many settings.
    package init(
        description: String?, fileDigest: String,
        settings: [String], trials: [[String]], testSets: [String], rows: [String], columns: [String],
        metrics: [String], reference: Reference?
    ) {
        self.init(
            description: description, fileDigest: fileDigest, settings: settings,
            trials: TrialColumns(trials) ?? TrialColumns(columns: 0), testSets: testSets, rows: rows, columns: columns,
            metrics: metrics, reference: reference)
    }

    package init(
        description: String?, fileDigest: String,
        settings: [String], trials: TrialColumns, hiddenTrials: Int? = nil, testSets: [String], rows: [String],
        columns: [String], metrics: [String], reference: Reference?, origin: SweepOrigin? = nil
    ) {
        self.hiddenTrials = hiddenTrials
        self.origin = origin
        self.description = description
        self.fileDigest = fileDigest
        self.settings = settings
        self.trials = trials
        self.testSets = testSets
        self.rows = rows
        self.columns = columns
        self.metrics = metrics
        self.reference = reference
    }
}
