import DequeModule

/// Whose turn it is: the sweeps that have waiting tasks take turns, and each keeps its tasks in order.
struct FairQueue: Hashable, Sendable {
    private var turns = Deque<SweepID>()
    private var waiting: [SweepID: Deque<TaskID>] = [:]

    private(set) var count = 0

    /// Lets a task wait behind those of its sweep.
    mutating func append(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.append(task) }
    }

    /// Lets a task go before those of its sweep, since it was begun before.
    mutating func prepend(_ task: TaskID, of sweep: SweepID) {
        insert(task, of: sweep) { $0.prepend(task) }
    }

    private mutating func insert(_ task: TaskID, of sweep: SweepID, _ change: (inout Deque<TaskID>) -> Void) {
        if waiting[sweep] == nil { turns.append(sweep) }
        change(&waiting[sweep, default: []])
        count += 1
    }

    /// Takes the next task out; the sweep that it belongs to goes to the end of the line.
    mutating func popFirst() -> TaskID? {
        guard let sweep = turns.popFirst(), let task = waiting[sweep]?.popFirst() else { return nil }
        count -= 1
        if waiting[sweep]?.isEmpty == true {
            waiting[sweep] = nil
        } else {
            turns.append(sweep)
        }
        return task
    }
}
