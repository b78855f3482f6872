import Coordination
import ResultsStore

/// The trials that a row of a table is made of.
struct RowDetail: Encodable, Sendable {
    let trials: [Trial]
    /// Whether there are more of them.
    let isCut: Bool

    static let trialsLimit = 32

    struct Trial: Encodable, Sendable {
        let id: String
        let settings: [Setting]
        /// "finished", or "open" where it has no result yet.
        let state: String
        let metrics: [Metric]
        let maps: [StoredMapName]
        let skippedImages: Int
        let provenance: Origin?
    }

    struct Setting: Encodable, Sendable {
        let key: String
        let value: String
    }

    struct Metric: Encodable, Sendable {
        let testSet: String
        let name: String
        let value: Double?
        let images: Int
        let undefined: Int
    }

    struct Origin: Encodable, Sendable {
        let worker: String
        let host: String
        let attempt: String
        let version: String
        let processor: String
        let blas: String
        let weights: String
        let data: String
        let seconds: Double
        let committed: String

        init(_ provenance: Provenance) {
            worker = provenance.worker.short
            (host, version) = (provenance.result.host, provenance.result.programVersion)
            attempt = provenance.attempt.description
            (processor, blas) = (provenance.result.processor, provenance.result.blas)
            (weights, data) = (provenance.result.weights, provenance.result.data)
            (seconds, committed) = (provenance.result.seconds, provenance.committed)
        }
    }

    init(_ table: BoardTable, row: Int, in store: ResultsStore) throws {
        let members = table.members(ofRow: row, atMost: Self.trialsLimit + 1)
        isCut = members.count > Self.trialsLimit
        trials = try members.prefix(Self.trialsLimit).map { place in try Trial(table, place, in: store) }
    }
}

extension RowDetail.Trial {
    fileprivate init(_ table: BoardTable, _ place: Int, in store: ResultsStore) throws {
        let trial = table.trials[place]
        let findings = try store.findings(of: trial)
        // Test sets in the order of the sweep file, as everywhere.
        func rank(_ testSet: String) -> Int { table.definition.testSets.firstIndex(of: testSet) ?? .max }
        self.init(
            id: trial.description,
            settings: zip(table.definition.settings, table.definition.trials[place])
                .filter { $1 != TableDefinition.irrelevant }.map { RowDetail.Setting(key: $0, value: $1) },
            state: findings == nil ? "open" : "finished",
            metrics: (findings?.metrics ?? []).sorted { rank($0.testSet) < rank($1.testSet) }.map { metric in
                RowDetail.Metric(
                    testSet: metric.testSet, name: metric.name, value: metric.value, images: metric.images,
                    undefined: metric.undefined)
            },
            maps: try store.mapNames(of: trial).sorted { rank($0.testSet) < rank($1.testSet) },
            skippedImages: findings?.skipped.count ?? 0,
            provenance: findings.map { RowDetail.Origin($0.provenance) })
    }
}
