/// Any kernel and stride: a matrix product whose rows are the pixels under the kernel.
///
/// The rows are gathered block by block into scratch that stays in the cache.
struct GatheredConvolution: Sendable {
    private let kernel: Int
    private let stride: Int
    private let padding: Int
    /// `[kernel row][kernel column][input channel][output channel]`.
    private let weights: FloatBuffer
    private let outputPass: OutputPass

    init(filter: Filter, stride: Int, padding: Int, outputPass: OutputPass) {
        self.kernel = filter.kernel
        self.stride = stride
        self.padding = padding
        self.outputPass = outputPass
        weights = FloatBuffer(count: filter.values.count)
        var weight = weights.floats
        for row in 0..<kernel {
            for column in 0..<kernel {
                for input in 0..<filter.inputChannels {
                    for output in 0..<filter.outputChannels {
                        weight.pointee = filter[output, input, row, column]
                        weight += 1
                    }
                }
            }
        }
    }

    func callAsFunction(
        _ input: UnsafePointer<Float>, _ inputShape: Shape, _ output: UnsafeMutablePointer<Float>, _ outputShape: Shape
    ) {
        let depth = kernel * kernel * inputShape.channels
        let columns = outputShape.channels
        // Rows whose gathered pixels take 256 KiB, at least enough to be worth the library's packing of the weights.
        let block = min(outputShape.pixels, max(96, (1 << 16) / max(depth, columns)))
        let rowStride = depth + 16
        let scratch = FloatBuffer(count: block * rowStride)
        for image in 0..<outputShape.images {
            let source = input + image * inputShape.pixels * inputShape.channels
            for first in Swift.stride(from: 0, to: outputShape.pixels, by: block) {
                let rows = min(block, outputShape.pixels - first)
                for row in 0..<rows {
                    let (y, x) = (first + row).quotientAndRemainder(dividingBy: outputShape.width)
                    let destination = scratch.floats + row * rowStride
                    gather(source, inputShape, y * stride - padding, x * stride - padding, destination)
                }
                let sums = output + (image * outputShape.pixels + first) * columns
                OpenBLAS.multiply(
                    scratch.floats, stride: rowStride, by: weights.floats, stride: columns, into: sums, stride: columns,
                    rows: rows, depth: depth, columns: columns)
                outputPass.apply(to: rows, at: sums)
            }
        }
    }

    /// Copies the pixels under the kernel whose upper left corner lies at (top, left), zeros where it hangs over.
    private func gather(
        _ image: UnsafePointer<Float>, _ shape: Shape, _ top: Int, _ left: Int,
        _ destination: UnsafeMutablePointer<Float>
    ) {
        let channels = shape.channels
        let span = kernel * channels
        // The kernel's columns from `before` up to `after` lie on the map.
        let before = min(max(0, -left), kernel)
        let after = max(before, min(kernel, shape.width - left))
        for row in 0..<kernel {
            let line = destination + row &* span
            let y = top + row
            guard y >= 0, y < shape.height, after > before else {
                line.update(repeating: 0, count: span)
                continue
            }
            line.update(repeating: 0, count: before &* channels)
            let pixels = image + (y &* shape.width &+ left &+ before) &* channels
            (line + before &* channels).update(from: pixels, count: (after &- before) &* channels)
            (line + after &* channels).update(repeating: 0, count: (kernel &- after) &* channels)
        }
    }
}
