import DequeModule
import HeapModule

/// Whose turn it is: the sweeps that have waiting tasks take turns by their weights, and each keeps its tasks in order.
///
/// Each sweep is due at a point of a common scale; a turn moves it on by a stride that is shorter the more it weighs
/// (stride scheduling; Waldspurger and Weihl 1995).
struct FairQueue: Sendable {
    private struct Line: Sendable {
        var tasks = Deque<TaskID>()
        var due: Int
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
    enum Fitness {
        /// The worker has what it needs.
        case good
        case fair
        /// Others should have it.
        case none
    }

    private var lines: [SweepID: Line] = [:]
    private var turns = Heap<Turn>()
    private var lastTurn = 0
    private var now = 0

    private(set) var count = 0

    /// The stride of a sweep of weight 1; a multiple of many weights.
    private static let stride = 720_720
    /// How far down a line a better task is looked for.
    private static let reach = 16

    /// Lets a task wait behind those of its sweep.
    mutating func append(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.append(task) }
    }

    /// Lets a task go before those of its sweep, since it was begun before.
    mutating func prepend(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.prepend(task) }
    }

    private mutating func insert(_ task: TaskID, of sweep: SweepID, _ change: (inout Deque<TaskID>) -> Void) {
        if lines[sweep] == nil {
            lines[sweep] = Line(due: now + Self.stride)
            wait(sweep, until: now + Self.stride)
        }
        change(&lines[sweep, default: Line(due: now + Self.stride)].tasks)
        count += 1
    }

    private mutating func wait(_ sweep: SweepID, until due: Int) {
        lastTurn += 1
        turns.insert(Turn(due: due, number: lastTurn, sweep: sweep))
    }

    /// Takes the next task out for a worker: of the sweep that is due first, the first task that fits well, or fits.
    ///
    /// - Complexity: O(log sweeps) where the first sweep has a task that fits.
    mutating func popFirst(weight: (SweepID) -> Int, _ fitness: (TaskID) -> Fitness) -> TaskID? {
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
                wait(turn.sweep, until: turn.due + Self.stride / max(1, weight(turn.sweep)))
            }
            return task
        }
        return nil
    }
}

extension Deque<TaskID> {
    /// The place of the first task among the first few that fits well, or else that fits.
    fileprivate func firstFit(reach: Int, _ fitness: (TaskID) -> FairQueue.Fitness) -> Int? {
        var firstFair: Int?
        for index in indices.prefix(reach) {
            switch fitness(self[index]) {
            case .good: return index
            case .fair: firstFair = firstFair ?? index
            case .none: break
            }
        }
        return firstFair
    }
}
