/// A point of the week on the owner's wall clock.
package struct LocalTime: Hashable, Sendable {
    /// From 0, Monday, to 6, Sunday.
    package let day: Int
    /// Minutes since midnight.
    package let minute: Int

    /// - Precondition: A day of the week and a minute of a day.
    package init(day: Int, minute: Int) {
        precondition((0..<7).contains(day) && (0..<Self.minutesPerDay).contains(minute))
        (self.day, self.minute) = (day, minute)
    }

    static let minutesPerDay = 24 * 60
}

/// When a machine may work for others, as `Mon-Fri 19:00-07:00`, `Sat-Sun`, `22:00-06:00`.
package struct WorkingHours: Hashable, Sendable, CustomStringConvertible {
    private let text: String
    /// The days on which it begins.
    private let days: Set<Int>
    private let from: Int
    /// Not before `from` where it ends on the same day; 24:00 is the midnight that ends it.
    private let to: Int

    /// Reads what people write; nil where it is no hours.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let first = words.first, words.count <= 2 else { return nil }
        self.text = words.joined(separator: " ")
        if let days = Self.days(first) {
            let wholeDay = (from: 0, to: LocalTime.minutesPerDay)
            guard let hours = words.count == 2 ? Self.hours(words[1]) : wholeDay else { return nil }
            (self.days, from, to) = (days, hours.from, hours.to)
        } else {
            guard words.count == 1, let hours = Self.hours(first) else { return nil }
            (days, from, to) = (Set(0..<7), hours.from, hours.to)
        }
    }

    package var description: String { text }

    /// Whether a time lies within; hours past midnight belong to the day on which they began.
    package func contains(_ time: LocalTime) -> Bool {
        guard to <= from else { return days.contains(time.day) && (from..<to).contains(time.minute) }
        return days.contains(time.day) && time.minute >= from
            || days.contains((time.day + 6) % 7) && time.minute < to
    }

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private static func days(_ word: Substring) -> Set<Int>? {
        let ends = word.lowercased().split(separator: "-", omittingEmptySubsequences: false).map { name in
            names.firstIndex { $0 == name }
        }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
        // From Friday to Monday the week turns over.
        return Set((0...(last + 7 - first) % 7).map { (first + $0) % 7 })
    }

    private static func hours(_ word: Substring) -> (from: Int, to: Int)? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map(minute)
        guard ends.count == 2, let from = ends[0], let to = ends[1], from < LocalTime.minutesPerDay, from != to else {
            return nil
        }
        return (from, to)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isASCII) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute),
            hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }
}
