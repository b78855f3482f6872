extension Tensor {
    /// Each value replaced by a function of it and its channel.
    package func mapped(_ transform: (Float, Int) -> Float) -> Tensor {
        var result = Tensor(uninitialized: shape)
        let channels = shape.channels
        withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { destination in
                for pixel in stride(from: 0, to: source.count, by: channels) {
                    for channel in 0..<channels {
                        destination[pixel &+ channel] = transform(source[pixel &+ channel], channel)
                    }
                }
            }
        }
        return result
    }

    /// Each value replaced by a function of it, of the other tensor's value at its place, and of its channel.
    ///
    /// - Precondition: The shapes are equal.
    package func combined(with other: Tensor, _ transform: (Float, Float, Int) -> Float) -> Tensor {
        precondition(shape == other.shape, "maps of several shapes cannot be combined")
        var result = Tensor(uninitialized: shape)
        let channels = shape.channels
        withUnsafeBufferPointer { source in
            other.withUnsafeBufferPointer { other in
                result.withUnsafeMutableBufferPointer { destination in
                    for pixel in stride(from: 0, to: source.count, by: channels) {
                        for channel in 0..<channels {
                            let index = pixel &+ channel
                            destination[index] = transform(source[index], other[index], channel)
                        }
                    }
                }
            }
        }
        return result
    }

    /// For each channel the sum of a function of its values, in the order of memory.
    package func channelSums(_ term: (Float, Int) -> Double) -> [Double] {
        let channels = shape.channels
        var sums = [Double](repeating: 0, count: channels)
        withUnsafeBufferPointer { source in
            for pixel in stride(from: 0, to: source.count, by: channels) {
                for channel in 0..<channels { sums[channel] += term(source[pixel &+ channel], channel) }
            }
        }
        return sums
    }
}
