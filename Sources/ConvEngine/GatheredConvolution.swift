internal import KernelInterface

/// Any kernel and stride: a matrix product whose rows are the pixels under the kernel.
///
/// The rows are gathered block by block into scratch that stays in the cache.
struct GatheredConvolution: Sendable {
    private let kernel: Int
    private let stride: Int
    private let padding: Padding
    private let multiplier: Multiplier

    /// Who multiplies the rows with the weights `[kernel row][kernel column][input channel][output channel]`.
    private enum Multiplier: Sendable {
        case kernels(PackedMatrix)
        /// The library takes the weights as they come, which is quicker where they are used for a few images only.
        case library(FloatBuffer)
    }

    init(filter: Filter, stride: Int, padding: Padding, preparation: Convolution.Preparation) {
        self.kernel = filter.kernel
        self.stride = stride
        self.padding = padding
        let (places, inputs, outputs) = (kernel * kernel, filter.inputChannels, filter.outputChannels)
        func weight(_ values: UnsafeBufferPointer<Float>, _ row: Int, _ output: Int) -> Float {
            values[(output &* inputs &+ row % inputs) &* places &+ row / inputs]
        }
        multiplier = filter.values.withUnsafeBufferPointer { values in
            if preparation == .thorough {
                return .kernels(
                    PackedMatrix(depth: places * inputs, columns: outputs) { weight(values, $0, $1) })
            }
            let weights = FloatBuffer(count: values.count)
            for row in 0..<places * inputs {
                for output in 0..<outputs { weights.floats[row &* outputs &+ output] = weight(values, row, output) }
            }
            return .library(weights)
        }
    }

    func callAsFunction(_ pass: ConvolutionPass, _ part: WorkPart) {
        let shape = pass.inputShape
        let depth = kernel * kernel * shape.channels
        let columns = pass.outputShape.channels
        let block = min(part.places.count, rowsAtOnce(depth: depth, columns: columns))
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
            let sums = pass.output + first * columns
            let finish = pass.finish.movedResidual(by: first * columns)
            switch multiplier {
            case .kernels(let weights):
                weights.multiply(
                    scratch.floats, stride: rowStride, into: sums, stride: columns, rows: rows, columns: part.channels,
                    finish: finish)
            case .library(let weights):
                OpenBLAS.multiply(
                    scratch.floats, stride: rowStride, by: weights.floats, stride: columns, into: sums,
                    stride: columns, rows: rows, depth: depth, columns: columns)
                finish.apply(to: rows, at: sums, columns: columns)
            }
        }
    }

    /// Whether the work may be cut by channels, which the library's rows are not.
    var splitsChannels: Bool {
        if case .kernels = multiplier { true } else { false }
    }

    private func rowsAtOnce(depth: Int, columns: Int) -> Int {
        switch multiplier {
        case .kernels: 96
        // 256 KiB of rows, at least enough to be worth the library's packing of the weights: the more weights, the more.
        case .library: max(96, (1 << 16) / max(depth, columns), depth * columns >> 14)
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
