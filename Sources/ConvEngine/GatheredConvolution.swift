/// Any kernel and stride: a matrix product whose rows are the pixels under the kernel.
///
/// The rows are gathered block by block into scratch that stays in the cache.
struct GatheredConvolution: Sendable {
    private let kernel: Int
    private let stride: Int
    private let padding: Padding
    /// `[kernel row][kernel column][input channel][output channel]`, or the same packed.
    private let weights: FloatBuffer
    /// Whether the packed product does the work, which reads its weights once for all; else the library's.
    private let isPacked: Bool
    private let outputPass: OutputPass

    init(filter: Filter, stride: Int, padding: Padding, outputPass: OutputPass, isPacked: Bool) {
        self.kernel = filter.kernel
        self.stride = stride
        self.padding = padding
        self.outputPass = outputPass
        self.isPacked = isPacked
        let (places, inputs, outputs) = (kernel * kernel, filter.inputChannels, filter.outputChannels)
        if isPacked {
            let depth = places * inputs
            weights = FloatBuffer(count: PanelProduct.packedCount(depth: depth, columns: outputs))
            filter.values.withUnsafeBufferPointer { values in
                PanelProduct.pack(depth: depth, columns: outputs, into: weights.floats) { row, output in
                    values[(output &* inputs &+ row % inputs) &* places &+ row / inputs]
                }
            }
            return
        }
        weights = FloatBuffer(count: filter.values.count)
        let copies = weights.floats
        filter.values.withUnsafeBufferPointer { values in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    let source = (output &* inputs &+ input) &* places
                    for place in 0..<places {
                        copies[(place &* inputs &+ input) &* outputs &+ output] = values[source &+ place]
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
        // Rows whose gathered pixels take 256 KiB, at least enough to be worth the library's packing of the weights: the more
        // weights, the more rows.
        let block = min(
            outputShape.pixels, isPacked ? 96 : max(96, (1 << 16) / max(depth, columns), depth * columns >> 14))
        let rowStride = depth + 16
        let scratch = FloatBuffer(count: block * rowStride)
        let lines = padding.sources(side: inputShape.height, count: inputShape.height + 2 * padding.width)
        let places = padding.sources(side: inputShape.width, count: inputShape.width + 2 * padding.width)
        for image in 0..<outputShape.images {
            let source = input + image * inputShape.pixels * inputShape.channels
            for first in Swift.stride(from: 0, to: outputShape.pixels, by: block) {
                let rows = min(block, outputShape.pixels - first)
                for row in 0..<rows {
                    let (y, x) = (first + row).quotientAndRemainder(dividingBy: outputShape.width)
                    let destination = scratch.floats + row * rowStride
                    gather(source, inputShape, lines[(y * stride)...], places[(x * stride)...], destination)
                }
                let sums = output + (image * outputShape.pixels + first) * columns
                if isPacked {
                    PanelProduct.multiply(
                        scratch.floats, stride: rowStride, by: weights.floats, into: sums, stride: columns, rows: rows,
                        depth: depth, panels: columns / 16)
                } else {
                    OpenBLAS.multiply(
                        scratch.floats, stride: rowStride, by: weights.floats, stride: columns, into: sums,
                        stride: columns, rows: rows, depth: depth, columns: columns)
                }
                outputPass.apply(to: rows, at: sums)
            }
        }
    }

    /// Copies the pixels under the kernel that covers the first of these lines and columns, zeros where there are none.
    private func gather(
        _ image: UnsafePointer<Float>, _ shape: Shape, _ lines: ArraySlice<Int>, _ columns: ArraySlice<Int>,
        _ destination: UnsafeMutablePointer<Float>
    ) {
        let channels = shape.channels
        let (left, right) = (columns[columns.startIndex], columns[columns.startIndex &+ kernel &- 1])
        let isWhole = left >= 0 && right &- left == kernel &- 1
        for row in 0..<kernel {
            let y = lines[lines.startIndex &+ row]
            var place = destination + row &* kernel &* channels
            guard y >= 0 else {
                place.update(repeating: 0, count: kernel &* channels)
                continue
            }
            let line = image + y &* shape.width &* channels
            guard !isWhole else {
                place.update(from: line + left &* channels, count: kernel &* channels)
                continue
            }
            for column in 0..<kernel {
                let x = columns[columns.startIndex &+ column]
                if x >= 0 {
                    place.update(from: line + x &* channels, count: channels)
                } else {
                    place.update(repeating: 0, count: channels)
                }
                place += channels
            }
        }
    }
}
