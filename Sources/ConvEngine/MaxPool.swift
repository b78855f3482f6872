/// The largest value of each window, channel by channel.
///
/// Windows that hang over the lower or right edge of the padded map are left out, as PyTorch's `MaxPool2d` does by
/// default. Padding is no value: a window at the border is only smaller.
package struct MaxPool: Hashable, Sendable {
    package let size: Int
    package let stride: Int
    package let padding: Int

    /// A pool of square windows.
    ///
    /// - Throws: `ShapeError.extent` where the size or the stride is not positive, or the padding not in 0…size/2.
    package init(size: Int, stride: Int, padding: Int = 0) throws(ShapeError) {
        guard size > 0 else { throw .extent(of: "max pool", what: "the size", value: size, smallest: 1) }
        guard stride > 0 else { throw .extent(of: "max pool", what: "the stride", value: stride, smallest: 1) }
        guard (0...size / 2).contains(padding) else {
            throw .extent(of: "max pool", what: "the padding", value: padding, smallest: 0)
        }
        self.size = size
        self.stride = stride
        self.padding = padding
    }

    /// The largest of each 2x2 pixels.
    static func halving(_ maps: Tensor) -> Tensor { MaxPool(windowsOfTwo: ())(maps) }

    private init(windowsOfTwo: Void) {
        (size, stride, padding) = (2, 2, 0)
    }

    /// The shape of the output; side length `(side + 2 · padding − size) / stride + 1`, rounded down.
    ///
    /// - Throws: `ShapeError.smallerThanKernel` where not one window fits in the map.
    package func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        let (height, width) = (input.height + 2 * padding - size, input.width + 2 * padding - size)
        guard height >= 0, width >= 0 else {
            throw .smallerThanKernel(input, of: "max pool", kernel: size, padding: .none)
        }
        return Shape(
            images: input.images, height: height / stride + 1, width: width / stride + 1, channels: input.channels)
    }

    /// The pooled maps.
    ///
    /// - Precondition: `outputShape(for: input.shape)` does not throw.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        let shape: Shape
        do {
            shape = try outputShape(for: input.shape)
        } catch {
            preconditionFailure("\(error)")
        }
        var output = Tensor(uninitialized: shape)
        let rowStride = input.shape.width * shape.channels
        let rows = (0..<shape.height).map { window(at: $0, side: input.shape.height) }
        let columns = (0..<shape.width).map { window(at: $0, side: input.shape.width) }
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, var pixel = destination.baseAddress else { return }
                for image in 0..<shape.images {
                    for row in rows {
                        let line = (image &* input.shape.height &+ row.lowerBound) &* rowStride
                        for column in columns {
                            let corner = source + (line &+ column.lowerBound &* shape.channels)
                            pool(corner, rowStride, shape.channels, rows: row.count, columns: column.count, pixel)
                            pixel += shape.channels
                        }
                    }
                }
            }
        }
        return output
    }

    /// The part of a window that lies on the map, along one axis.
    func window(at position: Int, side: Int) -> Range<Int> {
        let first = position * stride - padding
        return max(0, first)..<min(side, first + size)
    }

    private func pool(
        _ corner: UnsafePointer<Float>, _ rowStride: Int, _ channels: Int, rows: Int, columns: Int,
        _ pixel: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel &+ 8 <= channels {
            var largest = load(corner + channel)
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = load(corner + (row &* rowStride &+ column &* channels &+ channel))
                    // A value that is not a number wins, as in PyTorch.
                    largest.replace(with: value, where: .!(value .<= largest) .& (largest .== largest))
                }
            }
            store(largest, pixel + channel)
            channel &+= 8
        }
        while channel < channels {
            var largest = corner[channel]
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = corner[row &* rowStride &+ column &* channels &+ channel]
                    if !(value <= largest), largest == largest { largest = value }
                }
            }
            pixel[channel] = largest
            channel &+= 1
        }
    }
}
