/// Splits groups of trials where there are more workers than groups.
///
/// As long as a worker would be idle, the group that would end last is split once more, unless it would hardly end
/// earlier, since extraction is not shared: then the next one. The same groups and workers always give the same parts.
struct WorkerShares {
    /// The parts of each group, as ranges of its trials in their order.
    let ranges: [[Range<Int>]]

    /// How much of a group's time a split has to save.
    static let leastGain = 0.2

    init(_ groups: [TaskCost], workers: Int) {
        var parts = groups.map { _ in 1 }
        var total = groups.count
        while total < workers {
            let candidates = groups.indices.filter { index in
                let now = groups[index].seconds(parts: parts[index])
                let split = groups[index].seconds(parts: parts[index] + 1)
                return parts[index] < groups[index].fits.count && split <= now * (1 - Self.leastGain)
            }
            // Of equal groups the first one, so that the plan is the same on every host.
            var longest: Int?
            for index in candidates {
                let seconds = groups[index].seconds(parts: parts[index])
                if longest.map({ groups[$0].seconds(parts: parts[$0]) < seconds }) ?? true { longest = index }
            }
            guard let longest else { break }
            parts[longest] += 1
            total += 1
        }
        ranges = zip(groups, parts).map { Self.cut($0.fits, into: $1) }
    }

    /// Ranges of nearly equal cost.
    private static func cut(_ fits: [Double], into parts: Int) -> [Range<Int>] {
        let all = fits.reduce(0, +)
        guard parts > 1, all > 0 else { return fits.isEmpty ? [] : [fits.indices] }
        var ranges: [Range<Int>] = []
        var (before, start, part) = (0.0, 0, 0)
        for (index, fit) in fits.enumerated() {
            // A trial belongs to the part in which the middle of its time lies.
            let own = min(parts - 1, Int((before + fit / 2) / all * Double(parts)))
            if own != part, index > start {
                ranges.append(start..<index)
                start = index
            }
            part = own
            before += fit
        }
        return ranges + [start..<fits.count]
    }
}
