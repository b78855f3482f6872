import Coordination
import ResultsStore

/// A snapshot in Prometheus' text format, version 0.0.4.
///
/// The number of series has a bound whatever is submitted and whoever joins: workers are counted by their states, and of the
/// sweeps those that are open come first.
package struct MetricsText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// Sweeps that have series of their own.
    package static let sweepsLimit = 100

    package private(set) var text = ""

    private enum Kind: String { case counter, gauge, summary }
    private typealias Sample = (suffix: String, labels: [(name: String, value: String)], value: Double)

    package init(_ snapshot: MetricsSnapshot) {
        let sweeps = snapshot.sweeps.sorted { one, other in
            one.isOpen == other.isOpen ? one.name < other.name : one.isOpen
        }
        addWhole(snapshot, omitted: max(0, sweeps.count - Self.sweepsLimit))
        addSweeps(sweeps.prefix(Self.sweepsLimit))
        addWork(snapshot)
        addWorkers(snapshot)
        addStore(snapshot)
    }

    // MARK: Families

    private mutating func addWhole(_ snapshot: MetricsSnapshot, omitted: Int) {
        add("posweep_info", .gauge, "The coordinator's version.", [("", [("version", snapshot.version)], 1)])
        add("posweep_uptime_seconds", .gauge, "Seconds since the coordinator was started.", snapshot.uptimeSeconds)
        add("posweep_draining", .gauge, "Whether the coordinator is about to end.", snapshot.isDraining ? 1 : 0)
        let sum = { (count: (MetricsSnapshot.Sweep) -> Int) in Double(snapshot.sweeps.reduce(0) { $0 + count($1) }) }
        add("posweep_tasks_queued", .gauge, "Tasks that wait for a worker.", sum(\.queued))
        add("posweep_tasks_paused", .gauge, "Tasks of sweeps that are paused.", sum(\.paused))
        add("posweep_tasks_blocked", .gauge, "Tasks that wait for what others make.", sum(\.blocked))
        add("posweep_tasks_running", .gauge, "Tasks that workers have.", sum(\.running))
        add("posweep_sweeps", .gauge, "Sweeps that something is still to come of.", sum { $0.isOpen ? 1 : 0 })
        add(
            "posweep_sweeps_omitted", .gauge, "Sweeps without series of their own, beyond the limit of them.",
            Double(omitted))
    }

    private mutating func addSweeps(_ sweeps: ArraySlice<MetricsSnapshot.Sweep>) {
        add(
            "posweep_sweep_tasks", .gauge, "Tasks of a sweep that are not done, by where they are.",
            sweeps.flatMap { sweep in
                [
                    ("queued", sweep.queued), ("paused", sweep.paused), ("blocked", sweep.blocked),
                    ("running", sweep.running),
                ].map { state, count in
                    ("", [("sweep", sweep.name), ("state", state)], Double(count))
                }
            })
        add(
            "posweep_trials_finished_total", .counter, "Trials of a sweep with a result since the start.",
            sweeps.map { ("", [("sweep", $0.name)], Double($0.finishedTrials)) })
        add(
            "posweep_trials_failed_total", .counter, "Trials of a sweep that were given up since the start.",
            sweeps.map { ("", [("sweep", $0.name)], Double($0.failedTrials)) })
    }

    private mutating func addWork(_ snapshot: MetricsSnapshot) {
        let tally = snapshot.tally
        add("posweep_results_total", .counter, "Results on disk since the start.", Double(tally.trialsFinished))
        add("posweep_attempts_total", .counter, "Executions that workers were given.", Double(tally.assigned))
        add("posweep_attempts_copied_total", .counter, "Of them, second ones of what takes long.", Double(tally.copies))
        add(
            "posweep_attempts_handed_back_total", .counter, "Executions that workers have handed back.",
            Double(tally.handedBack))
        add(
            "posweep_attempts_failed_total", .counter, "Executions that came to nothing, by whose fault.",
            FailureKind.allCases.map { ("", [("kind", $0.rawValue)], Double(tally.failures[$0] ?? 0)) })
    }

    private mutating func addWorkers(_ snapshot: MetricsSnapshot) {
        add(
            "posweep_workers", .gauge, "Workers by their states.",
            snapshot.workers.sorted { $0.key < $1.key }.map { ("", [("state", $0.key)], Double($0.value)) })
        add("posweep_workers_joined_total", .counter, "Workers that have joined.", Double(snapshot.tally.workersJoined))
        add("posweep_peers_refused_total", .counter, "Peers that were sent away.", Double(snapshot.tally.peersRefused))
        add("posweep_received_bytes_total", .counter, "Bytes of messages from peers.", Double(snapshot.bytes.received))
        add("posweep_sent_bytes_total", .counter, "Bytes of messages to peers.", Double(snapshot.bytes.sent))
        add(
            "posweep_contents_sent_bytes_total", .counter, "Bytes of images and weights that workers have fetched.",
            Double(snapshot.bytes.contents))
    }

    private mutating func addStore(_ snapshot: MetricsSnapshot) {
        let store = snapshot.store
        add(
            "posweep_store_commit_seconds", .summary, "Transactions of the state folder, and what they have taken.",
            [("_sum", [], store.seconds), ("_count", [], Double(store.transactions))])
        add("posweep_store_records_total", .counter, "Records in those transactions.", Double(store.records))
        add(
            "posweep_store_waiting_seconds", .gauge, "For how long something has been waiting for the disk.",
            store.waiting)
        add("posweep_store_refuses", .gauge, "Whether the disk has refused records.", store.refuses ? 1 : 0)
    }

    // MARK: Lines

    private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [("", [], value)])
    }

    private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(Self.number(sample.value))\n"
        }
    }

    /// Whole numbers without a fraction, as counters are.
    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func escaped(_ value: String) -> String {
        // By scalars: a quote under an accent is one character to Swift, and still the end of a label; so is CR with LF.
        var escaped = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", "\"": escaped += ["\\", scalar]
            case "\n": escaped += ["\\", "n"]
            default: escaped.append(scalar)
            }
        }
        return PrintableText.printable(String(escaped))
    }
}
