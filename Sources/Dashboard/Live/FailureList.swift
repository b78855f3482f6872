import ResultsStore

/// The trials of a sweep that are not tried any more, by what they have failed of.
struct FailureList: Encodable, Sendable {
    let causes: [Cause]
    /// Whether there are more of them.
    let isCut: Bool

    static let limit = 500
    private static let (trialsShown, charactersShown) = (50, 4_000)

    struct Cause: Encodable, Sendable {
        /// In one line.
        let cause: String
        /// The end of the log of the process that has failed, where there is one.
        let log: String
        let count: Int
        /// The first trials that have failed so.
        let trials: [Trial]
    }

    struct Trial: Encodable, Sendable {
        let id: String
        /// Its settings.
        let words: String
    }

    init(_ failures: [FailedTrial], _ table: BoardTable) {
        isCut = failures.count == Self.limit
        let byLine = Dictionary(grouping: failures) { String($0.cause.prefix { !$0.isNewline }) }
        causes = byLine.values.sorted { $0[0].position < $1[0].position }.map { failures in
            let cause = failures[0].cause
            let line = cause.prefix { !$0.isNewline }
            return Cause(
                cause: String(line.prefix(Self.charactersShown)),
                log: String(cause.dropFirst(line.count).drop { $0.isNewline }.suffix(Self.charactersShown)),
                count: failures.count,
                trials: failures.prefix(Self.trialsShown).map { failure in
                    Trial(id: "\(failure.id)", words: table.words(for: failure.position))
                })
        }
    }
}

extension BoardTable {
    /// The settings by which tables tell a trial apart, and its seed.
    fileprivate func words(for trial: Int) -> String {
        guard definition.trials.indices.contains(trial) else { return "" }
        let keys = Set(rowKeys + definition.columns + [TableDefinition.seedKey])
        return zip(definition.settings, definition.trials[trial])
            .filter { keys.contains($0.0) && $0.1 != TableDefinition.irrelevant }
            .map { "\($0) \($1)" }.joined(separator: ", ")
    }
}
