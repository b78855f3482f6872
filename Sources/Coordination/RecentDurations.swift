/// How long the last few executions took.
struct RecentDurations: Hashable, Sendable {
    private var latest: [Duration] = []
    private var next = 0

    private static let limit = 63

    mutating func add(_ duration: Duration) {
        if latest.count < Self.limit {
            latest.append(duration)
        } else {
            latest[next] = duration
            next = (next + 1) % Self.limit
        }
    }

    /// The middle one; nil where there is none.
    var median: Duration? { latest.isEmpty ? nil : latest.sorted()[latest.count / 2] }
}
