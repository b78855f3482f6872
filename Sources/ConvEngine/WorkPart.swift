/// A part of a convolution's output that one thread computes: some places, some channels.
///
/// No value depends on how the work is cut, so it is cut for the threads at hand.
struct WorkPart {
    /// Pixels or tiles, row-major over all images.
    let places: Range<Int>
    /// The first is a multiple of 32.
    let channels: Range<Int>

    /// Cuts the work into parts for so many threads.
    ///
    /// Few places are not worth cutting: every part reads all weights, so then the channels are.
    ///
    /// - Parameters:
    ///   - places: How many pixels or tiles there are.
    ///   - channels: How many output channels.
    ///   - enough: The places that make a pass over the weights worth its while.
    ///   - threads: How many threads there are.
    /// - Returns: One part for a single thread, else a few for each.
    static func parts(places: Int, channels: Int, enough: Int, threads: Int) -> [WorkPart] {
        guard threads > 1 else { return [WorkPart(places: 0..<places, channels: 0..<channels)] }
        let rounds = min(places / enough / threads, 4)
        if rounds > 1 {
            return cut(places, into: rounds * threads, step: 12).map { WorkPart(places: $0, channels: 0..<channels) }
        }
        return cut(channels, into: threads, step: 32).map { WorkPart(places: 0..<places, channels: $0) }
    }

    /// Ranges of about equal length that begin at multiples of the step.
    private static func cut(_ count: Int, into pieces: Int, step: Int) -> [Range<Int>] {
        let steps = (count + step - 1) / step
        return (0..<pieces).compactMap { piece in
            let range = steps * piece / pieces * step..<min(count, steps * (piece + 1) / pieces * step)
            return range.isEmpty ? nil : range
        }
    }
}
