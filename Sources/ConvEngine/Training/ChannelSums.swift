/// Sums over the pixels of an image, channel by channel.
///
/// A few dozen pixels are added up in single precision, which is as quick as memory, and those sums in double.
enum ChannelSums {
    private static let pixelsAtOnce = 32

    /// Adds the values of so many pixels to the sums of their channels.
    static func add(_ values: UnsafePointer<Float>, pixels: Int, to sums: inout [Double]) {
        let channels = sums.count
        sums.withUnsafeMutableBufferPointer { sums in
            for first in stride(from: 0, to: pixels, by: pixelsAtOnce) {
                let count = min(pixelsAtOnce, pixels &- first)
                let block = values + first &* channels
                var channel = 0
                while channel &+ 8 <= channels {
                    var sum = SIMD8<Float>()
                    for pixel in 0..<count { sum += load(block + (pixel &* channels &+ channel)) }
                    for lane in 0..<8 { sums[channel &+ lane] += Double(sum[lane]) }
                    channel &+= 8
                }
                while channel < channels {
                    var sum: Float = 0
                    for pixel in 0..<count { sum += block[pixel &* channels &+ channel] }
                    sums[channel] += Double(sum)
                    channel &+= 1
                }
            }
        }
    }

    /// The images' sums added up in their order, zeros without images.
    static func total(_ parts: [[Double]], channels: Int) -> [Double] {
        parts.reduce(into: [Double](repeating: 0, count: channels)) { sums, part in
            for channel in sums.indices { sums[channel] += part[channel] }
        }
    }
}
