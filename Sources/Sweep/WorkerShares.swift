/// Splits groups of trials where workers would otherwise wait for the longest of them.
///
/// As long as there are fewer parts than workers, or one part takes half as long again as a worker's fair share of all
/// work, the group that would end last is split once more. Every part extracts the features anew, so a group whose parts
/// would then fit for a shorter time than they extract is left as it is, and the next one is split. The same groups and
/// workers always give the same parts; with one worker there is nothing to split.
struct WorkerShares {
    /// The parts of each group, as ranges of its trials in their order.
    let ranges: [[Range<Int>]]

    init(_ groups: [TaskCost], workers: Int) {
        var parts = groups.map { _ in 1 }
        var total = groups.count
        while workers > 1 {
            let candidates = groups.indices.filter { index in
                let (group, next) = (groups[index], parts[index] + 1)
                return next <= group.fits.count && group.seconds(parts: next) >= 2 * group.extraction
            }
            // Of equal groups the first one, so that the plan is the same on every host.
            var longest: Int?
            for index in candidates {
                let seconds = groups[index].seconds(parts: parts[index])
                if longest.map({ groups[$0].seconds(parts: parts[$0]) < seconds }) ?? true { longest = index }
            }
            guard let longest else { break }
            let work = groups.indices.reduce(0) { $0 + Double(parts[$1]) * groups[$1].seconds(parts: parts[$1]) }
            let isLong = groups[longest].seconds(parts: parts[longest]) > 1.5 * work / Double(workers)
            guard total < workers || isLong else { break }
            parts[longest] += 1
            total += 1
        }
        ranges = zip(groups, parts).map { Self.cut($0.fits, into: $1) }
    }

    /// As many ranges of nearly equal cost.
    private static func cut(_ fits: [Double], into parts: Int) -> [Range<Int>] {
        guard !fits.isEmpty else { return [] }
        var ranges = quantiles(of: fits, parts)
        // A long fit takes the room of several parts, which then are free for what stands beside others.
        while ranges.count < parts {
            func cost(_ index: Int) -> Double { ranges[index].count > 1 ? fits[ranges[index]].reduce(0, +) : -1 }
            guard let largest = ranges.indices.max(by: { cost($0) < cost($1) }), ranges[largest].count > 1 else {
                break
            }
            let range = ranges[largest]
            let halves = quantiles(of: Array(fits[range]), 2)
            let middle =
                halves.count == 2 ? range.lowerBound + halves[0].upperBound : range.lowerBound + range.count / 2
            ranges.replaceSubrange(largest...largest, with: [range.lowerBound..<middle, middle..<range.upperBound])
        }
        return ranges
    }

    /// At most as many ranges, cut where the time of the fits before is a multiple of a part's.
    private static func quantiles(of fits: [Double], _ parts: Int) -> [Range<Int>] {
        let all = fits.reduce(0, +)
        guard parts > 1, all > 0 else { return [fits.indices] }
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
