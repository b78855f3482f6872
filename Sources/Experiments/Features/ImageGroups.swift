package import ConvEngine

/// How the images of a wave are shared out over threads.
///
/// Images go through the encoder in groups, by their numbers: deep layers are quicker on a few images than on one, for their
/// weights are read once for all of them. A thread takes a whole group through all layers, which needs no waiting in between;
/// with fewer groups than threads all threads share each layer. Neither changes a bit of any result.
package struct ImageGroups: Sendable {
    /// The largest number of images in a group.
    package static let size = 8

    /// The images of each group.
    package let ranges: [Range<Int>]

    /// Groups of about equal size, so that no thread waits for another's.
    package init(count: Int, threads: Int) {
        let fewest = (count + Self.size - 1) / Self.size
        let groups = min(count, (fewest + threads - 1) / threads * threads)
        ranges = (0..<groups).map { count * $0 / groups..<count * ($0 + 1) / groups }
    }

    /// The body's result for each group; it is called with the group's images and the threads that may share each layer.
    package func map<Result: Sendable>(
        _ team: ImageTeam, _ body: @Sendable (Range<Int>, ImageTeam?) -> Result
    ) -> [Result] {
        guard ranges.count >= team.threads else { return ranges.map { body($0, team) } }
        return team.map(ranges.count) { body(ranges[$0], nil) }
    }
}
