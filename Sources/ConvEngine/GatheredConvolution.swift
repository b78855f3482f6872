internal import KernelInterface

/// Any kernel and stride: a matrix product whose rows are the pixels under the kernel.
///
/// The rows are gathered block by block into scratch that stays in the cache.
struct GatheredConvolution: Sendable {
    private let kernel: Int
    private let stride: Int
    private let padding: Padding
    /// `[kernel row][kernel column][input channel][output channel]`.
    private let weights: PackedMatrix

    /// Rows that stay in the cache while all weights pass over them.
    static let rowsAtOnce = 96

    init(filter: Filter, stride: Int, padding: Padding) {
        self.kernel = filter.kernel
        self.stride = stride
        self.padding = padding
        let (places, inputs, outputs) = (kernel * kernel, filter.inputChannels, filter.outputChannels)
        weights = filter.values.withUnsafeBufferPointer { values in
            PackedMatrix(depth: places * inputs, columns: outputs) { row, output in
                values[(output &* inputs &+ row % inputs) &* places &+ row / inputs]
            }
        }
    }

    func callAsFunction(_ pass: ConvolutionPass, _ part: WorkPart) {
        let shape = pass.inputShape
        let depth = kernel * kernel * shape.channels
        let columns = pass.outputShape.channels
        let block = min(part.places.count, Self.rowsAtOnce)
        let rowStride = (depth + 15) / 16 * 16 + 16
        let scratch = FloatBuffer(count: block * rowStride)
        let lines = padding.sources(side: shape.height, count: shape.height + 2 * padding.width)
        let places = padding.sources(side: shape.width, count: shape.width + 2 * padding.width)
        for first in Swift.stride(from: part.places.lowerBound, to: part.places.upperBound, by: block) {
            let rows = min(block, part.places.upperBound - first)
            for row in 0..<rows {
                let (line, x) = (first &+ row).quotientAndRemainder(dividingBy: pass.outputShape.width)
                let (image, y) = line.quotientAndRemainder(dividingBy: pass.outputShape.height)
                gather(
                    pass.input + image &* shape.pixels &* shape.channels, shape, lines, y &* stride, places,
                    x &* stride, scratch.floats + row &* rowStride)
            }
            weights.multiply(
                scratch.floats, stride: rowStride, into: pass.output + first * columns, stride: columns, rows: rows,
                columns: part.channels, finish: pass.finish.movedResidual(by: first * columns))
        }
    }

    /// Copies the pixels under the kernel that covers these lines and columns, zeros where there are none.
    private func gather(
        _ image: UnsafePointer<Float>, _ shape: Shape, _ lines: [Int], _ firstLine: Int, _ columns: [Int],
        _ firstColumn: Int, _ destination: UnsafeMutablePointer<Float>
    ) {
        let channels = shape.channels
        let (left, right) = (columns[firstColumn], columns[firstColumn &+ kernel &- 1])
        let isWhole = left >= 0 && right &- left == kernel &- 1
        for row in 0..<kernel {
            let y = lines[firstLine &+ row]
            let place = destination + row &* kernel &* channels
            guard y >= 0 else {
                place.update(repeating: 0, count: kernel &* channels)
                continue
            }
            let line = image + y &* shape.width &* channels
            if isWhole {
                copy(kernel &* channels, from: line + left &* channels, to: place)
                continue
            }
            for column in 0..<kernel {
                let x = columns[firstColumn &+ column]
                let pixel = place + column &* channels
                if x >= 0 {
                    pixel.update(from: line + x &* channels, count: channels)
                } else {
                    pixel.update(repeating: 0, count: channels)
                }
            }
        }
    }

    /// Copies whole vectors: up to 15 floats more, which the next copy or nobody overwrites.
    @inline(__always)
    private func copy(
        _ count: Int, from source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>
    ) {
        var index = 0
        while index < count {
            store(load(source + index), destination + index)
            store(load(source + (index &+ 8)), destination + (index &+ 8))
            index &+= 16
        }
    }
}
