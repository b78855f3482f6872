internal import KernelInterface

extension MaxPool {
    /// The gradient of a loss by the maps that were pooled.
    ///
    /// Each window hands its gradient to its first largest value, as PyTorch does; a value that is not a number is the largest.
    ///
    /// - Parameters:
    ///   - outputs: The gradient by the pooled maps.
    ///   - input: The maps that were pooled.
    /// - Returns: The gradient by them.
    /// - Precondition: The gradient has the shape of the pooled maps.
    package func gradient(of outputs: Tensor, at input: Tensor) -> Tensor {
        precondition((try? outputShape(for: input.shape)) == outputs.shape, "the gradient is not that of this pool")
        var result = Tensor(input.shape)
        let shape = input.shape
        let rows = (0..<outputs.shape.height).map { window(at: $0, side: shape.height) }
        let columns = (0..<outputs.shape.width).map { window(at: $0, side: shape.width) }
        input.withUnsafeBufferPointer { input in
            outputs.withUnsafeBufferPointer { outputs in
                result.withUnsafeMutableBufferPointer { result in
                    guard let input = input.baseAddress, var pixel = outputs.baseAddress,
                        let result = result.baseAddress
                    else { return }
                    for image in 0..<shape.images {
                        for row in rows {
                            for column in columns {
                                let corner =
                                    ((image &* shape.height &+ row.lowerBound) &* shape.width &+ column.lowerBound)
                                    &* shape.channels
                                Processor.kernels.handBack(
                                    PoolWindow(
                                        rows: row.count, columns: column.count,
                                        rowStride: shape.width &* shape.channels, channels: shape.channels,
                                        corner: input + corner, gradient: pixel, result: result + corner))
                                pixel += shape.channels
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
