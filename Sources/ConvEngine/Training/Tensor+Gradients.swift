extension Tensor {
    /// The gradient behind a rectifier where the rectifier let something through.
    ///
    /// - Parameter outputs: What the rectifier made.
    /// - Returns: The gradient before it.
    /// - Precondition: The shapes are equal.
    package func rectifiedGradient(at outputs: Tensor) -> Tensor {
        precondition(shape == outputs.shape, "maps of several shapes")
        var result = Tensor(uninitialized: shape)
        let count = shape.count
        withUnsafeBufferPointer { gradients in
            outputs.withUnsafeBufferPointer { outputs in
                result.withUnsafeMutableBufferPointer { result in
                    guard let gradients = gradients.baseAddress, let outputs = outputs.baseAddress,
                        let result = result.baseAddress
                    else { return }
                    var index = 0
                    while index &+ 8 <= count {
                        let passes = load(outputs + index) .> 0
                        store(SIMD8<Float>().replacing(with: load(gradients + index), where: passes), result + index)
                        index &+= 8
                    }
                    while index < count {
                        result[index] = outputs[index] > 0 ? gradients[index] : 0
                        index &+= 1
                    }
                }
            }
        }
        return result
    }

    /// The gradient by maps that ``resized(height:width:alignCorners:)`` brought to this tensor's size.
    ///
    /// - Parameters:
    ///   - height: The height that the maps had.
    ///   - width: Their width.
    ///   - alignCorners: As in the forward pass.
    /// - Returns: The gradient by the maps.
    /// - Precondition: Both sizes have at least one pixel.
    package func resizedGradient(height: Int, width: Int, alignCorners: Bool) -> Tensor {
        precondition(height > 0 && width > 0 && shape.pixels > 0, "no pixels to resize")
        var result = Tensor(Shape(images: shape.images, height: height, width: width, channels: shape.channels))
        let rows = Self.taps(from: height, to: shape.height, alignCorners: alignCorners)
        let columns = Self.taps(from: width, to: shape.width, alignCorners: alignCorners)
        let channels = shape.channels
        withUnsafeBufferPointer { gradients in
            result.withUnsafeMutableBufferPointer { result in
                guard var pixel = gradients.baseAddress, let result = result.baseAddress else { return }
                for image in 0..<shape.images {
                    for row in rows {
                        let upper = result + (image &* height &+ row.first) &* width &* channels
                        let lower = result + (image &* height &+ row.second) &* width &* channels
                        for column in columns {
                            let (left, right) = (column.first &* channels, column.second &* channels)
                            Self.add(pixel, row.firstWeight * column.firstWeight, to: upper + left, channels)
                            Self.add(pixel, row.firstWeight * column.secondWeight, to: upper + right, channels)
                            Self.add(pixel, row.secondWeight * column.firstWeight, to: lower + left, channels)
                            Self.add(pixel, row.secondWeight * column.secondWeight, to: lower + right, channels)
                            pixel += channels
                        }
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    private static func add(
        _ pixel: UnsafePointer<Float>, _ factor: Float, to sums: UnsafeMutablePointer<Float>, _ channels: Int
    ) {
        for channel in 0..<channels { sums[channel] += factor * pixel[channel] }
    }
}
