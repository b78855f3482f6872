/// Which keys make the rows and the columns of a sweep's table, and which metrics its cells show.
package struct TableLayout: Hashable, Sendable {
    /// Names of settings, or ``testKey``.
    package let rows: [String]
    package let columns: [String]
    package let metrics: [String]

    /// The key that stands for the test set.
    package static let testKey = "test"
    package static let knownMetrics = ["SPC", "MAE"]
    /// Stands for the known metrics on every ring of `data.rings`.
    static let ringsWord = "rings"
}
