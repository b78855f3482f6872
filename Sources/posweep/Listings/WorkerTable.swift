import Cluster
import Foundation
import ResultsStore

/// Workers as lines for a terminal, hosts in order, those that are gone last.
struct WorkerTable {
    private let workers: [WorkerSummary]

    init(_ workers: [WorkerSummary]) {
        self.workers = workers.sorted { one, other in
            one.hasGone == other.hasGone ? (one.host, one.id) < (other.host, other.id) : other.hasGone
        }
    }

    private static let heading = [
        "host", "worker", "state", "CPU", "threads", "tasks", "trials", "trials/min", "version", "last seen",
    ]
    /// The columns of figures, which stand to the right.
    private static let figures = 4...7

    var lines: [String] {
        guard !workers.isEmpty else { return ["no workers"] }
        let rows = [Self.heading] + workers.map { Self.row($0).map(PrintableText.printable) }
        let widths = Self.heading.indices.map { column in rows.map { PrintableText.width(of: $0[column]) }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row.indices, row).map { column, text in
                Self.figures.contains(column)
                    ? PrintableText.trailing(text, width: widths[column])
                    : PrintableText.leading(text, width: widths[column])
            }.joined(separator: "  ")
        }
        return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) } + [summary]
    }

    private static func row(_ worker: WorkerSummary) -> [String] {
        [
            worker.host + (worker.key.map { " (\($0))" } ?? ""), worker.id, worker.state, worker.processor ?? "–",
            String(worker.threads), String(worker.tasks), worker.trials.map(String.init) ?? "–",
            worker.trialsPerMinute.map { String(format: $0 < 10 ? "%.1f" : "%.0f", $0) } ?? "–",
            worker.programVersion,
            worker.secondsSinceHeard.map { "\(TimeText.short($0)) ago" } ?? worker.latestResult ?? worker.joined ?? "–",
        ]
    }

    private var summary: String {
        let here = workers.filter { !$0.hasGone }
        let hosts = Set(here.map(\.host)).count
        let threads = here.reduce(0) { $0 + $1.threads }
        let gone = workers.count - here.count
        return "\(here.count) workers on \(hosts) hosts, \(threads) threads"
            + (gone > 0 ? "; \(gone) have gone within the last hour" : "")
    }
}
