/// The gradient by the filters of any convolution: the pixels under the kernel, times the gradient by the output.
///
///     ∂w[o, c, u, v] = Σ images i j  x̃[s·i + u, s·j + v, c] · ∂y[i, j, o]        x̃: x with its padding
///
/// The pixels are gathered block by block into scratch that stays in the cache. How the work is cut up depends on the shapes
/// alone.
struct GatheredFilterGradient: Sendable {
    private let inputs: ImageStacks
    private let outputs: ImageStacks
    private let kernel: Int
    private let stride: Int
    /// Which line or column of the input each line or column of the padded input is, −1 for zeros.
    private let lines: [Int]
    private let columns: [Int]

    /// Up to so many sums each chunk of output pixels has its own; else ranges of the sums are shared out.
    private static let ownSums = 1 << 19
    private static let chunks = 16
    private static let channelsAtOnce = 128

    init(_ inputs: ImageStacks, _ outputs: ImageStacks, kernel: Int, stride: Int, padding: Padding) {
        self.inputs = inputs
        self.outputs = outputs
        self.kernel = kernel
        self.stride = stride
        lines = padding.sources(side: inputs.shape.height, count: inputs.shape.height + 2 * padding.width)
        columns = padding.sources(side: inputs.shape.width, count: inputs.shape.width + 2 * padding.width)
    }

    private var places: Int { kernel * kernel }
    private var pixels: Int { outputs.count * outputs.shape.pixels }

    /// Writes the gradient, `[output][channel][row][column]`, from this place of the buffer on.
    func callAsFunction(into gradient: FloatBuffer, at offset: Int, team: ImageTeam) {
        let sums = rowSums(team)
        let (channels, columns, places) = (inputs.shape.channels, outputs.shape.channels, places)
        team.forEach((channels + 15) / 16) { part in
            for channel in part * 16..<min(part * 16 + 16, channels) {
                for place in 0..<places {
                    let row = (place &* channels &+ channel) &* columns
                    for output in 0..<columns {
                        var total = 0.0
                        for chunk in sums { total += Double(chunk.floats[row &+ output]) }
                        let index = (output &* channels &+ channel) &* places &+ place
                        gradient.floats[offset &+ index] = Float(total)
                    }
                }
            }
        }
    }

    /// `[row][column][channel][output]`, one set for each chunk of pixels.
    private func rowSums(_ team: ImageTeam) -> [FloatBuffer] {
        let (channels, columns) = (inputs.shape.channels, outputs.shape.channels)
        let count = places * channels * columns
        if count <= Self.ownSums {
            let chunks = min(Self.chunks, (pixels + 255) / 256)
            return team.map(chunks) { chunk in
                let sums = FloatBuffer(count: count)
                let stretch = chunk * pixels / chunks..<(chunk + 1) * pixels / chunks
                write(stretch, places: 0..<places, channels: 0..<channels, to: sums.floats)
                return sums
            }
        }
        let sums = FloatBuffer(count: count)
        let ranges = (channels + Self.channelsAtOnce - 1) / Self.channelsAtOnce
        team.forEach(places * ranges) { part in
            let (place, range) = part.quotientAndRemainder(dividingBy: ranges)
            let first = range * Self.channelsAtOnce
            let some = first..<min(first + Self.channelsAtOnce, channels)
            let rows = sums.floats + (place * channels + first) * columns
            write(0..<pixels, places: place..<place + 1, channels: some, to: rows)
        }
        return [sums]
    }

    /// Writes what a stretch of output pixels contributes to the rows of some places and channels.
    private func write(
        _ stretch: Range<Int>, places: Range<Int>, channels: Range<Int>, to sums: UnsafeMutablePointer<Float>
    ) {
        let rows = places.count * channels.count
        let columns = outputs.shape.channels
        // A block of 256 KiB, or few enough pixels to be worth a product.
        let block = min(max((1 << 16) / rows, 128), 2_048)
        // Rows a power of two apart would all fall into a few sets of the cache.
        let rowStride = rows + 16
        let gathered = FloatBuffer(count: min(block, stretch.count) * rowStride)
        var pixel = stretch.lowerBound
        while pixel < stretch.upperBound {
            let (image, first) = pixel.quotientAndRemainder(dividingBy: outputs.shape.pixels)
            let count = min(block, outputs.shape.pixels - first, stretch.upperBound - pixel)
            inputs.withImage(image) { input in
                for number in 0..<count {
                    gather(
                        first &+ number, places, channels, from: input, into: gathered.floats + number &* rowStride)
                }
            }
            outputs.withImage(image) { output in
                GradientProduct.write(
                    gathered.floats, stride: rowStride, output + first * columns, stride: columns, into: sums,
                    stride: columns, rows: rows, depth: count, columns: columns,
                    isContinued: pixel > stretch.lowerBound)
            }
            pixel += count
        }
    }

    /// Copies what one output pixel sees of the input, zeros where there is none.
    private func gather(
        _ pixel: Int, _ places: Range<Int>, _ channels: Range<Int>, from image: UnsafePointer<Float>,
        into gathered: UnsafeMutablePointer<Float>
    ) {
        let (i, j) = pixel.quotientAndRemainder(dividingBy: outputs.shape.width)
        let shape = inputs.shape
        var target = gathered
        for place in places {
            let (u, v) = place.quotientAndRemainder(dividingBy: kernel)
            let (y, x) = (lines[i &* stride &+ u], columns[j &* stride &+ v])
            if y >= 0, x >= 0 {
                let source = image + ((y &* shape.width &+ x) &* shape.channels &+ channels.lowerBound)
                target.update(from: source, count: channels.count)
            } else {
                target.update(repeating: 0, count: channels.count)
            }
            target += channels.count
        }
    }
}
