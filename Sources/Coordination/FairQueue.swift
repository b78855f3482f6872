import DequeModule
import HeapModule

/// Whose turn it is: the sweeps that have waiting tasks take turns by their priorities, and each keeps its tasks in order.
///
/// Each sweep is due at a point of a common scale; a turn moves it on by a stride that is shorter the higher its priority
/// (stride scheduling; Waldspurger and Weihl 1995).
struct FairQueue: Sendable {
    private struct Line: Sendable {
        var tasks = Deque<TaskID>()
    }

    private struct Turn: Comparable, Sendable {
        let due: Int
        /// The sweep that has waited longer goes first.
        let number: Int
        let sweep: SweepID

        static func < (one: Turn, other: Turn) -> Bool {
            one.due == other.due ? one.number < other.number : one.due < other.due
        }
    }

    /// How well a task fits a worker.
    enum Fitness: Comparable {
        /// Others should have it.
        case none
        case fair
        /// The worker has the files that it reads.
        case near
        /// The worker has the features that are made of them.
        case good
    }

    private var lines: [SweepID: Line] = [:]
    /// Those of sweeps that get no turn for a while.
    private var pausedLines: [SweepID: Line] = [:]
    private var turns = Heap<Turn>()
    /// Those that are not usual.
    private var priorities: [SweepID: SweepPriority] = [:]
    private var lastTurn = 0
    private var now = 0

    /// The tasks that may be taken.
    private(set) var count = 0
    /// The tasks of sweeps that are paused.
    var pausedCount: Int { pausedLines.values.reduce(0) { $0 + $1.tasks.count } }

    /// The stride of a sweep of priority 1; a multiple of many priorities.
    private static let longestStride = 720_720
    /// How far down a line a better task is looked for.
    private static let reach = 16

    private func stride(of sweep: SweepID) -> Int {
        Self.longestStride / (priorities[sweep] ?? .usual).value
    }

    /// Lets a sweep have its turns more often or more seldom, from its next one on.
    mutating func prioritise(_ sweep: SweepID, _ priority: SweepPriority) {
        let before = stride(of: sweep)
        priorities[sweep] = priority == .usual ? nil : priority
        let after = stride(of: sweep)
        guard lines[sweep] != nil, before != after else { return }
        turns = Heap(
            turns.unordered.map { turn in
                guard turn.sweep == sweep, turn.due > now else { return turn }
                let due = now + min(after, (turn.due - now) * after / before)
                return Turn(due: due, number: turn.number, sweep: sweep)
            })
    }

    /// Lets a task wait behind those of its sweep.
    mutating func append(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.append(task) }
    }

    /// Lets a task go before those of its sweep, since it was begun before.
    mutating func prepend(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.prepend(task) }
    }

    private mutating func insert(_ task: TaskID, of sweep: SweepID, _ change: (inout Deque<TaskID>) -> Void) {
        guard !isPaused(sweep) else {
            change(&pausedLines[sweep, default: Line()].tasks)
            return
        }
        if lines[sweep] == nil { wait(sweep, until: now + stride(of: sweep)) }
        change(&lines[sweep, default: Line()].tasks)
        count += 1
    }

    private mutating func wait(_ sweep: SweepID, until due: Int) {
        lastTurn += 1
        turns.insert(Turn(due: due, number: lastTurn, sweep: sweep))
    }

    // MARK: Pauses

    func isPaused(_ sweep: SweepID) -> Bool { pausedLines[sweep] != nil }

    /// Lets a sweep have no turn until it is resumed; its tasks keep their order.
    ///
    /// - Complexity: O(sweeps).
    mutating func pause(_ sweep: SweepID) {
        guard !isPaused(sweep) else { return }
        pausedLines[sweep] = takeOut(sweep) ?? Line()
    }

    /// Lets a sweep wait for its next turn behind those that have waited meanwhile.
    mutating func resume(_ sweep: SweepID) {
        guard let line = pausedLines.removeValue(forKey: sweep), !line.tasks.isEmpty else { return }
        lines[sweep] = line
        count += line.tasks.count
        wait(sweep, until: now + stride(of: sweep))
    }

    /// Forgets the tasks of a sweep, which is cancelled; a pause stays.
    mutating func removeAll(of sweep: SweepID) {
        if isPaused(sweep) { pausedLines[sweep] = Line() } else { _ = takeOut(sweep) }
    }

    private mutating func takeOut(_ sweep: SweepID) -> Line? {
        guard let line = lines.removeValue(forKey: sweep) else { return nil }
        count -= line.tasks.count
        turns = Heap(turns.unordered.filter { $0.sweep != sweep })
        return line
    }

    // MARK: Turns

    /// Takes the next task out for a worker: of the sweep that is due first, the first task that fits well, or fits.
    ///
    /// - Complexity: O(log sweeps) where the first sweep has a task that fits.
    mutating func popFirst(_ fitness: (TaskID) -> Fitness) -> TaskID? {
        var passed: [Turn] = []
        defer { for turn in passed { turns.insert(turn) } }
        while let turn = turns.popMin() {
            guard let index = lines[turn.sweep]?.tasks.firstFit(reach: Self.reach, fitness) else {
                passed.append(turn)
                continue
            }
            let task = lines[turn.sweep]?.tasks.remove(at: index)
            count -= 1
            now = max(now, turn.due)
            if lines[turn.sweep]?.tasks.isEmpty == true {
                lines[turn.sweep] = nil
            } else {
                wait(turn.sweep, until: turn.due + stride(of: turn.sweep))
            }
            return task
        }
        return nil
    }
}

extension Deque<TaskID> {
    /// The place of the first task among the first few that fits well, or else that fits.
    fileprivate func firstFit(reach: Int, _ fitness: (TaskID) -> FairQueue.Fitness) -> Int? {
        var best: (index: Int, fitness: FairQueue.Fitness)?
        for index in indices.prefix(reach) {
            let fitness = fitness(self[index])
            if fitness == .good { return index }
            if fitness > best?.fitness ?? .none { best = (index, fitness) }
        }
        return best?.index
    }
}
