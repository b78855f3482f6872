/// What will happen, by time; what happens at the same time keeps its order.
struct Agenda<Event> {
    private var entries: [(time: Duration, number: Int, event: Event)] = []
    private var last = 0

    var nextTime: Duration? { entries.last?.time }

    mutating func add(_ event: Event, at time: Duration) {
        last += 1
        // The earliest is at the end, where taking it out costs nothing.
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time > time { low = middle + 1 } else { high = middle }
        }
        entries.insert((time, last, event), at: low)
    }

    mutating func popFirst() -> (time: Duration, event: Event)? {
        entries.popLast().map { ($0.time, $0.event) }
    }
}
