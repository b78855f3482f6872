/// How long a coordinator's disk has taken for its transactions since the start.
package struct CommitTimes: Hashable, Sendable {
    package private(set) var transactions = 0
    package private(set) var records = 0
    package private(set) var total = Duration.zero
    /// How long something has been waiting for the disk; nil where nothing does.
    package internal(set) var waiting: Duration?

    mutating func add(records: Int, taking time: Duration) {
        transactions += 1
        self.records += records
        total += time
    }
}
