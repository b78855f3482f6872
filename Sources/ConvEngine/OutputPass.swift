/// What is done to each sum on its way into the output.
package enum Activation: Hashable, Sendable {
    case identity
    /// max(0, x); a value that is not a number stays one.
    case relu
}

/// Bias and activation, applied while the sums are still in the cache.
struct OutputPass: Sendable {
    /// One value per output channel, then zeros, so that whole vectors can be read.
    let bias: FloatBuffer
    let channels: Int
    let isRectified: Bool

    init(bias values: [Float], activation: Activation) {
        channels = values.count
        isRectified = activation == .relu
        bias = FloatBuffer(count: channels + FloatBuffer.slack)
        bias.floats.initialize(repeating: 0, count: channels + FloatBuffer.slack)
        for (channel, value) in values.enumerated() { bias.floats[channel] = value }
    }

    /// The output values of eight channels, from the first of them on.
    @inline(__always)
    func callAsFunction(_ sum: SIMD8<Float>, _ channel: Int) -> SIMD8<Float> {
        let value = sum + load(bias.floats + channel)
        return isRectified ? value.replacing(with: 0, where: value .< 0) : value
    }

    /// Turns rows of sums, one pixel's channels each, into output values.
    func apply(to rows: Int, at first: UnsafeMutablePointer<Float>) {
        let bias = bias.floats
        let floor: Float = isRectified ? 0 : -.infinity
        let whole = channels / 8 * 8
        for row in 0..<rows {
            let pixel = first + row &* channels
            var channel = 0
            while channel < whole {
                store(self(load(pixel + channel), channel), pixel + channel)
                channel &+= 8
            }
            while channel < channels {
                let value = pixel[channel] + bias[channel]
                pixel[channel] = value < floor ? floor : value
                channel &+= 1
            }
        }
    }
}

/// Eight floats from any address.
@inline(__always)
func load(_ floats: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(floats).loadUnaligned(as: SIMD8<Float>.self)
}

/// Eight floats to any address.
@inline(__always)
func store(_ vector: SIMD8<Float>, _ floats: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(floats).storeBytes(of: vector, as: SIMD8<Float>.self)
}
