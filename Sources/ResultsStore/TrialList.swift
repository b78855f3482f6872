import GRDB

/// Writes down which trials a sweep or a task consists of.
///
/// Trials that are new have numbers that follow one another, and those go in together: a million statements take longer than a
/// million rows.
struct TrialList {
    private let statement: PreparedStatement

    /// The list of a `sweep` or a `task`.
    init(_ owner: String, _ db: Database) throws {
        statement = try PreparedStatement(
            "INSERT INTO \(owner)_trials SELECT ?, ? + number - ?, number FROM trials WHERE number BETWEEN ? AND ?", db)
    }

    /// Adds trials by their numbers, in this order, to an owner that has none.
    func add(_ trials: [Int64], to owner: Int64) throws {
        var start = trials.startIndex
        while start < trials.endIndex {
            var end = start + 1
            while end < trials.endIndex, trials[end] == trials[end - 1] + 1 { end += 1 }
            let (first, last) = (trials[start], trials[end - 1])
            try statement.run([.integer(owner), .number(start), .integer(first), .integer(first), .integer(last)])
            start = end
        }
    }
}
