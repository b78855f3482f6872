/// The largest value of each window, channel by channel.
///
/// Windows that hang over the edge are left out, as torchvision's `MaxPool2d` does by default.
package struct MaxPool: Hashable, Sendable {
    package let size: Int
    package let stride: Int

    /// A pool of square windows.
    ///
    /// - Throws: `ShapeError.extent` where the size or the stride is not positive.
    package init(size: Int, stride: Int) throws(ShapeError) {
        guard size > 0 else { throw .extent(of: "max pool", what: "the size", value: size, smallest: 1) }
        guard stride > 0 else { throw .extent(of: "max pool", what: "the stride", value: stride, smallest: 1) }
        self.size = size
        self.stride = stride
    }

    /// The shape of the output; side length `(side − size) / stride + 1`, rounded down.
    ///
    /// - Throws: `ShapeError.smallerThanKernel` where not one window fits in the map.
    package func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        guard input.height >= size, input.width >= size else {
            throw .smallerThanKernel(input, of: "max pool", kernel: size, padding: .none)
        }
        return Shape(
            images: input.images, height: (input.height - size) / stride + 1,
            width: (input.width - size) / stride + 1, channels: input.channels)
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
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, var pixel = destination.baseAddress else { return }
                for image in 0..<shape.images {
                    for row in 0..<shape.height {
                        for column in 0..<shape.width {
                            let line = (image &* input.shape.height &+ row &* stride) &* rowStride
                            let corner = source + (line &+ column &* stride &* shape.channels)
                            pool(corner, rowStride, shape.channels, pixel)
                            pixel += shape.channels
                        }
                    }
                }
            }
        }
        return output
    }

    private func pool(
        _ corner: UnsafePointer<Float>, _ rowStride: Int, _ channels: Int, _ pixel: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel &+ 8 <= channels {
            var largest = load(corner + channel)
            for row in 0..<size {
                for column in 0..<size {
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
            for row in 0..<size {
                for column in 0..<size {
                    let value = corner[row &* rowStride &+ column &* channels &+ channel]
                    if !(value <= largest), largest == largest { largest = value }
                }
            }
            pixel[channel] = largest
            channel &+= 1
        }
    }
}
