import ArgumentParser

/// A time as people write it: `90s`, `5min`, `2h`.
struct TimeSpan: ExpressibleByArgument, CustomStringConvertible {
    let seconds: Int

    var duration: Duration { .seconds(seconds) }

    private static let units: KeyValuePairs = ["min": 60, "h": 3_600, "s": 1]

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let unit = Self.units.first { argument.hasSuffix($0.key) }
        guard let number = Int(argument.dropLast(unit?.key.count ?? 0)), (0...Self.largest).contains(number)
        else { return nil }
        seconds = number * (unit?.value ?? 1)
    }

    private static let largest = 1_000_000

    var description: String { "\(seconds)s" }
}
