import HeapModule

/// What will happen, by time; what happens at the same time keeps its order.
struct Agenda<Event> {
    private var entries = Heap<Entry>()
    private var last = 0

    private struct Entry: Comparable {
        let time: Duration
        let number: Int
        let event: Event

        static func < (one: Entry, other: Entry) -> Bool {
            one.time == other.time ? one.number < other.number : one.time < other.time
        }

        static func == (one: Entry, other: Entry) -> Bool { one.number == other.number }
    }

    mutating func add(_ event: Event, at time: Duration) {
        last += 1
        entries.insert(Entry(time: time, number: last, event: event))
    }

    mutating func popFirst() -> (time: Duration, event: Event)? {
        entries.popMin().map { ($0.time, $0.event) }
    }
}
