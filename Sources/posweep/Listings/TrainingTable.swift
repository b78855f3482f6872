import Experiments
import Foundation
import Sweep

/// What finished trainings came to: a line for each test set.
struct TrainingTable {
    /// A finished training and where its files are.
    struct Finished: Encodable {
        let name: String
        let folder: String
        let result: TrainingResult
    }

    private(set) var results: [Finished] = []

    mutating func add(_ result: TrainingResult, of training: NamedTraining, in folder: URL) {
        results.append(Finished(name: training.name, folder: folder.path, result: result))
    }

    /// The cells of the table, the header first; none where nothing is finished.
    var rows: [[String]] {
        guard !results.isEmpty else { return [] }
        let taken = Set(results.flatMap { $0.result.figures.map(\.metric) })
        let metrics = Self.metrics.filter(taken.contains)
        let lines = results.flatMap { finished in
            finished.result.specification.test.map { test in
                [finished.name, test.name]
                    + metrics.map { metric in
                        let figure = finished.result.figures.first { $0.test == test.name && $0.metric == metric }
                        return figure?.value.map { String(format: "%.4f", $0) } ?? "–"
                    }
            }
        }
        return [["training", "test"] + metrics] + lines
    }

    /// The names of all figures that a training may have.
    private static let metrics = TrainingGoal.allCases.flatMap(\.metrics).reduce(into: [String]()) { names, name in
        if !names.contains(name) { names.append(name) }
    }

    var text: String {
        let rows = rows
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                // Names to the left, figures to the right.
                return column < 2 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
