/// The rings into which a square map is split by the distance to its nearest border, for figures that say where in the
/// image an error is.
///
/// Ring r of R on a map of side N has the pixels whose distance to the nearest border is from ⌊r·N/(2R)⌋ to
/// ⌊(r+1)·N/(2R)⌋ − 1 pixels; the border itself has the distance 0. The last ring reaches to the centre, also where an
/// odd side has a single pixel there.
package struct BorderRings: Hashable, Sendable {
    /// The distances of each ring, from the border to the centre.
    package let ranges: [ClosedRange<Int>]

    private let side: Int

    /// - Precondition: `2 * count` is at most `side`, so that no ring is empty.
    package init(count: Int, side: Int) {
        precondition(count >= 0 && 2 * count <= side, "\(count) rings do not fit into a map of side \(side)")
        self.side = side
        ranges = (0..<count).map { ring in
            let first = ring * side / (2 * count)
            let end = ring == count - 1 ? (side + 1) / 2 : (ring + 1) * side / (2 * count)
            return first...end - 1
        }
    }

    package var count: Int { ranges.count }

    /// The pixels of a ring, as places in a map that stands row by row.
    package func pixels(of ring: Int) -> [Int] {
        let distances = ranges[ring]
        return (0..<side * side).filter { pixel in
            let (row, column) = pixel.quotientAndRemainder(dividingBy: side)
            return distances.contains(min(row, column, side - 1 - row, side - 1 - column))
        }
    }

    /// The largest number of rings of a map of this side.
    package static func largestCount(side: Int) -> Int { side / 2 }

    /// Stands between a metric's name and a ring's.
    package static let mark: Character = "@"

    /// What a metric is called on one ring, `SPC@0-15`.
    package func name(of metric: String, ring: Int) -> String {
        "\(metric)\(Self.mark)\(ranges[ring].lowerBound)-\(ranges[ring].upperBound)"
    }

    /// What some metrics are called on all rings: each metric from the border to the centre.
    package func names(of metrics: [String]) -> [String] {
        metrics.flatMap { metric in ranges.indices.map { name(of: metric, ring: $0) } }
    }
}
