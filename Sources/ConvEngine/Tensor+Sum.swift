extension Tensor {
    /// Adds maps of the same shape, as a residual block does, and applies the activation to the sums.
    ///
    /// - Precondition: The shapes are equal.
    package mutating func add(_ other: Tensor, activation: Activation = .identity) {
        precondition(shape == other.shape, "maps of several shapes cannot be added")
        let count = shape.count
        withUnsafeMutableBufferPointer { sums in
            other.withUnsafeBufferPointer { terms in
                guard let sums = sums.baseAddress, let terms = terms.baseAddress else { return }
                let whole = count / 8 * 8
                var index = 0
                while index < whole {
                    let sum = load(sums + index) + load(terms + index)
                    store(activation == .relu ? sum.replacing(with: 0, where: sum .< 0) : sum, sums + index)
                    index &+= 8
                }
                while index < count {
                    let sum = sums[index] + terms[index]
                    sums[index] = activation == .relu && sum < 0 ? 0 : sum
                    index &+= 1
                }
            }
        }
    }

    /// The maps without so many rows and columns on every side.
    ///
    /// - Precondition: At least one row and one column are left.
    package func cropped(by border: Int) -> Tensor {
        let (height, width) = (shape.height - 2 * border, shape.width - 2 * border)
        precondition(border >= 0 && height > 0 && width > 0, "nothing would be left of the maps")
        var inner = Tensor(
            uninitialized: Shape(images: shape.images, height: height, width: width, channels: shape.channels))
        let line = width * shape.channels
        withUnsafeBufferPointer { source in
            inner.withUnsafeMutableBufferPointer { destination in
                for row in 0..<shape.images * height {
                    let (image, y) = row.quotientAndRemainder(dividingBy: height)
                    let first = ((image * shape.height + y + border) * shape.width + border) * shape.channels
                    _ = destination[(row * line)...].update(fromContentsOf: source[first..<first + line])
                }
            }
        }
        return inner
    }
}
