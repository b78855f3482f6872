import Coordination
import Foundation
import ResultsStore

/// Looks at the store and the cluster for everybody who has the page open.
///
/// It looks once a second where somebody listens, and not at all where nobody does; at the store only when something was
/// written, and so seldom that nine tenths of the time are left to others.
actor BoardWatch {
    nonisolated let events = EventStream()
    let reader: StoreReader
    let view: ClusterView
    var tables: [SweepID: TableEntry] = [:]
    var tablesInTheMaking: [SweepID: Task<BoardTable, any Error>] = [:]

    private var board = Board(sweeps: [], workers: [])
    private var known: StoreGlance?
    private var looking: Task<Void, any Error>?
    private var looked: ContinuousClock.Instant?
    private var storeRestsUntil = ContinuousClock.now
    private var following: Task<Void, Never>?
    private var sweepRates: [SweepID: Rate] = [:]
    private var workerRates: [String: Rate] = [:]
    private var departed: [String: Departed] = [:]
    private let begun = ContinuousClock.now

    private struct Departed {
        let worker: Board.Worker
        let at: Double
    }

    private static let interval = Duration.seconds(1)
    private static let beats = 8
    /// For how many seconds a worker is shown that is gone, and how many of them.
    private static let (farewell, departedLimit) = (600.0, 50)
    /// So many seconds before the first look count for its rates.
    private static let past = 300.0
    /// How much longer than a look the store is left alone after it.
    static let rest = 9

    init(_ store: ResultsStore, _ view: ClusterView) {
        reader = StoreReader(store)
        self.view = view
    }

    /// The board, a second old at most.
    func current() async throws -> (number: UInt64, data: Data) {
        if looked.map({ .now - $0 >= Self.interval }) ?? true { try await look() }
        return (events.last, try board.json())
    }

    /// Looks again and again as long as somebody listens.
    func follow() {
        guard following == nil else { return }
        following = Task {
            var turn = 0
            while events.isHeard {
                // A look that fails is told to everybody, and tried again.
                do { try await look() } catch { try? tell(error) }
                turn += 1
                if turn.isMultiple(of: Self.beats) { events.beat() }
                try? await Task.sleep(for: Self.interval)  // Nobody cancels it: it ends when nobody listens.
            }
            following = nil
        }
    }

    private func tell(_ error: any Error) throws {
        events.send("trouble", try ["message": "\(error)"].json())
    }

    // MARK: Looking

    private func look() async throws {
        if let looking { return try await looking.value }
        let task = Task { try await lookAnew() }
        looking = task
        defer { looking = nil }
        try await task.value
    }

    private func lookAnew() async throws {
        async let workers = workersNow()
        if known == nil || .now >= storeRestsUntil {
            let (isFirst, mark) = (known == nil, known?.mark)
            let (glance, cost) = try await reader.measured { store in
                try StoreGlance(store, unless: mark, past: isFirst ? Self.past : nil)
            }
            storeRestsUntil = .now + cost * Self.rest
            if let glance { note(glance) }
        }
        let next = assembled(await workers)
        looked = .now
        guard let change = next.change(since: board) else { return }
        board = next
        events.send("change", try change.json())
    }

    /// The coordinator answers between two of its turns, on whose thread nobody else should wait.
    private func workersNow() async -> [Board.Worker] {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { [view] in continuation.resume(returning: view.workers()) }
        }
    }

    private var seconds: Double { (.now - begun) / .seconds(1) }

    private func note(_ glance: StoreGlance) {
        for sweep in glance.sweeps {
            if let (count, age) = glance.recent?[sweep.sweep], age > 0 {
                sweepRates[sweep.sweep, default: Rate()].note(sweep.trials.finished - count, at: seconds - age)
            }
            sweepRates[sweep.sweep, default: Rate()].note(sweep.trials.finished, at: seconds)
        }
        for (worker, count) in glance.results { workerRates[worker.short, default: Rate()].note(count, at: seconds) }
        known = glance
    }

    private func assembled(_ workers: [Board.Worker]) -> Board {
        // In steps of five seconds, so that a rate alone is no news every second.
        let time = (seconds / 5).rounded(.up) * 5
        let sweeps = (known?.sweeps ?? []).enumerated().reversed().map { number, progress in
            Board.Sweep(
                progress, number: number,
                perMinute: sweepRates[progress.sweep]?.perMinute(at: time)?.rounded(toDigits: 3))
        }
        let counts = Dictionary((known?.results ?? [:]).map { ($0.short, $1) }, uniquingKeysWith: +)
        let present = workers.map { worker in
            var worker = worker
            worker.trials = counts[worker.id] ?? 0
            worker.perMinute = workerRates[worker.id]?.perMinute(at: time)?.rounded(toDigits: 3)
            return worker
        }
        let all = present + farewells(to: board.workers, present: Set(present.map(\.id)))
        return Board(sweeps: sweeps, workers: all.sorted { ($0.host, $0.id) < ($1.host, $1.id) })
    }

    private func farewells(to earlier: [Board.Worker], present: Set<String>) -> [Board.Worker] {
        for var worker in earlier where !present.contains(worker.id) && departed[worker.id] == nil {
            (worker.state, worker.tasks, worker.silence, worker.perMinute) = ("gone", 0, nil, nil)
            departed[worker.id] = Departed(worker: worker, at: seconds)
        }
        departed = departed.filter { !present.contains($0.key) && seconds - $0.value.at < Self.farewell }
        return departed.values.sorted { $0.at > $1.at }.prefix(Self.departedLimit).map(\.worker)
    }
}

/// What one look at the store tells.
private struct StoreGlance: Sendable {
    let mark: Int64
    let sweeps: [SweepProgress]
    let results: [WorkerID: Int]
    /// Results of the last so many seconds, and how many seconds ago the first of them came, where it was asked for.
    let recent: [SweepID: (count: Int, seconds: Double)]?

    /// Nil where nothing was written since the store had this mark.
    init?(_ store: ResultsStore, unless mark: Int64?, past: Double?) throws {
        self.mark = try store.changeMark()
        if self.mark == mark { return nil }
        sweeps = try store.progress()
        results = try store.resultCounts()
        recent = try past.map { try store.recentResults(since: Date(timeIntervalSinceNow: -$0)) }
    }
}

extension Board.Sweep {
    fileprivate init(_ progress: SweepProgress, number: Int, perMinute: Double?) {
        let (trials, tasks) = (progress.trials, progress.tasks)
        let isOver = trials.missing == 0
        let state =
            isOver
            ? trials.failed > 0 ? "failed" : "finished"
            : progress.isCancelled
                ? "cancelled" : progress.isPaused ? "paused" : tasks.running > 0 ? "running" : "waiting"
        let goesOn = tasks.running > 0 && !isOver && !progress.isCancelled
        self.init(
            id: progress.sweep.description, number: number, name: progress.name, state: state,
            priority: progress.priority.value,
            trials: trials.all, finished: trials.finished, failed: trials.failed, tasks: tasks.all,
            runningTasks: tasks.running, waitingTasks: tasks.waiting, failedTasks: tasks.failed,
            perMinute: goesOn ? perMinute : nil,
            secondsLeft: goesOn
                ? perMinute.map { (Double(trials.missing) / $0 * 60).rounded(toDigits: 2).rounded() } : nil)
    }
}

extension Double {
    /// The number with so many digits that say something.
    fileprivate func rounded(toDigits digits: Int) -> Double {
        guard isFinite, self != 0 else { return self }
        let scale = pow(10, Double(digits - 1) - log10(magnitude).rounded(.down))
        return (self * scale).rounded() / scale
    }
}
