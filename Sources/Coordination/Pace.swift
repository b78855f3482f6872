/// How many trials a worker has finished, and how many a minute of late.
struct Pace: Hashable, Sendable {
    private(set) var total = 0
    private let since: Moment
    /// The trials of each of the last minutes, each in the place of its number.
    private var minutes = [Int](repeating: 0, count: Self.span)
    private var latest = 0

    /// Minutes that count as of late: trials may take some, and a rate that is older says little.
    private static let span = 30
    /// A worker that has just come has no rate.
    private static let least = Duration.seconds(15)

    init(since: Moment) {
        self.since = since
        latest = Self.minute(of: since)
    }

    private static func minute(of moment: Moment) -> Int { Int(moment.sinceStart / .seconds(60)) }

    /// A minute's number modulo their count, also of one before the start.
    private static func place(of minute: Int) -> Int { ((minute % span) + span) % span }

    mutating func add(at now: Moment) {
        total += 1
        let minute = Self.minute(of: now)
        if minute > latest {
            for passed in latest + 1...min(minute, latest + Self.span) {
                minutes[Self.place(of: passed)] = 0
            }
            latest = minute
        }
        minutes[Self.place(of: latest)] += 1
    }

    /// Trials a minute over the last half hour, or since the worker has come.
    func perMinute(at now: Moment) -> Double? {
        let minute = Self.minute(of: now)
        let first = max(minute - Self.span + 1, 0)
        let begin = max(since, Moment(sinceStart: .seconds(60 * first)))
        let elapsed = now.duration(since: begin)
        guard elapsed >= Self.least else { return nil }
        let counted = (0..<Self.span).map { latest - $0 }.filter { $0 >= first }
        let count = counted.reduce(0) { $0 + minutes[Self.place(of: $1)] }
        return Double(count) / (elapsed / .seconds(60))
    }
}
