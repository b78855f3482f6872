/// Finds what somebody meant who misspelt a word.
enum NearestWord {
    /// The known word with the fewest edits from this one, or nil where none is near enough to be meant.
    static func nearest(to word: String, among known: [String]) -> String? {
        let word = word.lowercased()
        guard word.count <= longest else { return nil }
        let candidates = known.map { known in (known, distance(word, known.lowercased())) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(1, word.count / 3), best.1 < word.count
        else { return nil }
        return best.0
    }

    private static let longest = 64

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one), Array(other))
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var before = [Int](repeating: 0, count: other.count + 1)
        var above = Array(0...other.count)
        for row in 1...one.count {
            var current = [row]
            for column in 1...other.count {
                let replaced = above[column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1)
                var best = min(replaced, above[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    best = min(best, before[column - 2] + 1)
                }
                current.append(best)
            }
            (before, above) = (above, current)
        }
        return above[other.count]
    }
}
