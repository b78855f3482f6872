import DequeModule
import HeapModule

/// Whose turn it is: the sweeps that have waiting tasks take turns by their priorities, and each keeps its tasks in order.
///
/// Each sweep is due at a point of a common scale; a turn moves it on by a stride that is shorter the higher its priority
/// (stride scheduling; Waldspurger and Weihl 1995).
struct FairQueue: Sendable {
    private struct Place: Sendable {
        let number: Int
        let task: TaskID
    }

    /// The tasks of a sweep in order, apart by the memory that they take, so that those that are too large for a worker do not
    /// stand before those that are not.
    private struct Line: Sendable {
        var tasks: [Int: Deque<Place>] = [:]
        private var (first, last) = (0, 0)

        init() {}

        var isEmpty: Bool { tasks.isEmpty }
        var count: Int { tasks.values.reduce(0) { $0 + $1.count } }

        mutating func append(_ task: TaskID, memory: Int) {
            last += 1
            tasks[memory, default: []].append(Place(number: last, task: task))
        }

        mutating func prepend(_ task: TaskID, memory: Int) {
            first -= 1
            tasks[memory, default: []].prepend(Place(number: first, task: task))
        }

        mutating func remove(at index: Int, memory: Int) -> TaskID? {
            let task = tasks[memory]?.remove(at: index).task
            if tasks[memory]?.isEmpty == true { tasks[memory] = nil }
            return task
        }

        /// Where the first task among the first few stands that fits well, or else that fits.
        func firstFit(
            within memory: Int, reach: Int, _ fitness: (TaskID) -> Fitness
        ) -> (index: Int, memory: Int)? {
            var few: [(number: Int, index: Int, memory: Int, task: TaskID)] = []
            for (size, places) in tasks where size <= memory {
                for (index, place) in zip(places.indices.prefix(reach), places) {
                    few.append((place.number, index, size, place.task))
                }
            }
            if tasks.count > 1 { few.sort { $0.number < $1.number } }
            var best: (index: Int, memory: Int, fitness: Fitness)?
            for one in few.prefix(reach) {
                let fitness = fitness(one.task)
                if fitness == .good { return (one.index, one.memory) }
                if fitness > best?.fitness ?? .none { best = (one.index, one.memory, fitness) }
            }
            return best.map { ($0.index, $0.memory) }
        }
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
    var pausedCount: Int { pausedLines.values.reduce(0) { $0 + $1.count } }

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
    mutating func append(_ task: TaskID, of sweep: SweepID, memory: Int = 0) {
        insert(of: sweep) { $0.append(task, memory: memory) }
    }

    /// Lets a task go before those of its sweep, since it was begun before.
    mutating func prepend(_ task: TaskID, of sweep: SweepID, memory: Int = 0) {
        insert(of: sweep) { $0.prepend(task, memory: memory) }
    }

    private mutating func insert(of sweep: SweepID, _ change: (inout Line) -> Void) {
        guard !isPaused(sweep) else {
            change(&pausedLines[sweep, default: Line()])
            return
        }
        if lines[sweep] == nil { wait(sweep, until: now + stride(of: sweep)) }
        change(&lines[sweep, default: Line()])
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
        guard let line = pausedLines.removeValue(forKey: sweep), !line.isEmpty else { return }
        lines[sweep] = line
        count += line.count
        wait(sweep, until: now + stride(of: sweep))
    }

    /// Forgets the tasks of a sweep, which is cancelled; a pause stays.
    mutating func removeAll(of sweep: SweepID) {
        if isPaused(sweep) { pausedLines[sweep] = Line() } else { _ = takeOut(sweep) }
    }

    private mutating func takeOut(_ sweep: SweepID) -> Line? {
        guard let line = lines.removeValue(forKey: sweep) else { return nil }
        count -= line.count
        turns = Heap(turns.unordered.filter { $0.sweep != sweep })
        return line
    }

    // MARK: Turns

    /// Takes the next task out for a worker: of the sweep that is due first, the first task that fits well, or fits.
    ///
    /// - Parameters:
    ///   - memory: How much a task may take.
    ///   - fitness: How well a task fits besides.
    /// - Returns: The task; nil where none fits.
    /// - Complexity: O(log sweeps) where the first sweep has a task that fits.
    mutating func popFirst(within memory: Int = .max, _ fitness: (TaskID) -> Fitness) -> TaskID? {
        var passed: [Turn] = []
        defer { for turn in passed { turns.insert(turn) } }
        while let turn = turns.popMin() {
            guard let place = lines[turn.sweep]?.firstFit(within: memory, reach: Self.reach, fitness) else {
                passed.append(turn)
                continue
            }
            let task = lines[turn.sweep]?.remove(at: place.index, memory: place.memory)
            count -= 1
            now = max(now, turn.due)
            if lines[turn.sweep]?.isEmpty == true {
                lines[turn.sweep] = nil
            } else {
                wait(turn.sweep, until: turn.due + stride(of: turn.sweep))
            }
            return task
        }
        return nil
    }
}
