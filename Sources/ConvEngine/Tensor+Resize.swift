extension Tensor {
    /// The maps at another size, bilinearly interpolated as by `torch.nn.functional.interpolate`.
    ///
    /// With `alignCorners` the centres of the corner pixels keep their places, otherwise the corners of the image do.
    ///
    /// - Precondition: The maps and the new size have at least one pixel.
    package func resized(height: Int, width: Int, alignCorners: Bool) -> Tensor {
        let size = Shape(images: shape.images, height: height, width: width, channels: shape.channels)
        var result = Tensor(uninitialized: size)
        for image in 0..<shape.images {
            resize(image: image, into: &result, image: image, channelOffset: 0, alignCorners: alignCorners)
        }
        return result
    }

    /// Writes one image, resized to the destination's height and width, into a range of the destination's channels.
    ///
    /// Stages of several sizes are so put side by side at one size without a copy of their own:
    ///
    /// ```swift
    /// stage.resize(image: 0, into: &features, image: index, channelOffset: 64, alignCorners: true)
    /// ```
    ///
    /// - Precondition: Both images exist and have at least one pixel; the destination has `shape.channels` channels from
    ///   the offset on.
    package func resize(
        image: Int, into destination: inout Tensor, image target: Int, channelOffset: Int, alignCorners: Bool
    ) {
        let size = destination.shape
        precondition((0..<shape.images).contains(image) && shape.pixels > 0, "no such image to resize")
        precondition((0..<size.images).contains(target) && size.pixels > 0, "no such image to resize into")
        precondition(
            channelOffset >= 0 && channelOffset + shape.channels <= size.channels, "no room for the resized channels")
        let rows = Self.taps(from: shape.height, to: size.height, alignCorners: alignCorners)
        let columns = Self.taps(from: shape.width, to: size.width, alignCorners: alignCorners)
        let lineStride = shape.width * shape.channels
        withUnsafeBufferPointer { source in
            destination.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
                var pixel = destination + target * size.pixels * size.channels + channelOffset
                for row in rows {
                    let upper = source + (image &* shape.height &+ row.first) &* lineStride
                    let lower = source + (image &* shape.height &+ row.second) &* lineStride
                    for column in columns {
                        let (left, right) = (column.first &* shape.channels, column.second &* shape.channels)
                        let corners = (upper + left, upper + right, lower + left, lower + right)
                        Self.blend(corners, row, column, shape.channels, pixel)
                        pixel += size.channels
                    }
                }
            }
        }
    }

    /// The two source lines that a line of the result lies between, and their weights.
    struct Tap {
        let first: Int
        let second: Int
        let firstWeight: Float
        let secondWeight: Float
    }

    /// PyTorch's coordinates, rounded to float32 where PyTorch rounds them.
    static func taps(from source: Int, to destination: Int, alignCorners: Bool) -> [Tap] {
        let scale: Float =
            alignCorners
            ? (destination > 1 ? Float(source - 1) / Float(destination - 1) : 0)
            : Float(source) / Float(destination)
        return (0..<destination).map { index in
            let place = alignCorners ? scale * Float(index) : max(0, scale * (Float(index) + 0.5) - 0.5)
            let first = min(Int(place), source - 1)
            let second = min(first + 1, source - 1)
            let weight = min(max(place - Float(first), 0), 1)
            return Tap(first: first, second: second, firstWeight: 1 - weight, secondWeight: weight)
        }
    }

    @inline(__always)
    private static func blend(
        _ corners: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>),
        _ row: Tap, _ column: Tap, _ channels: Int, _ pixel: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel &+ 8 <= channels {
            let upper =
                load(corners.0 + channel) * column.firstWeight + load(corners.1 + channel) * column.secondWeight
            let lower =
                load(corners.2 + channel) * column.firstWeight + load(corners.3 + channel) * column.secondWeight
            store(upper * row.firstWeight + lower * row.secondWeight, pixel + channel)
            channel &+= 8
        }
        while channel < channels {
            let upper = corners.0[channel] * column.firstWeight + corners.1[channel] * column.secondWeight
            let lower = corners.2[channel] * column.firstWeight + corners.3[channel] * column.secondWeight
            pixel[channel] = upper * row.firstWeight + lower * row.secondWeight
            channel &+= 1
        }
    }
}
