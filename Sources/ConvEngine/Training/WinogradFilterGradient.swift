internal import KernelInterface

/// The gradient by the filters of a 3x3 convolution with stride 1, at the 36 points of ``WinogradFilter``.
///
///     ∂U[ξ][c, o] = Σ tiles  V[ξ][tile, c] · D[ξ][tile, o]
///
/// A quarter of the multiplications of the plain sum. The tiles are cut into blocks, and sums that are small into chunks, that
/// depend on the shapes alone.
struct WinogradFilterGradient: Sendable {
    private let inputs: ImageStacks
    private let outputs: ImageStacks
    /// Tiles of one image.
    private let rows: Int
    private let columns: Int
    /// Which line or column of the input each line or column of the tiles reads, −1 for zeros.
    private let lines: [Int]
    private let places: [Int]
    private let zeros: FloatBuffer

    /// Up to so many sums each chunk of tiles has its own, and no thread waits for another before the end.
    private static let ownSums = 1 << 20
    private static let chunks = 16
    /// The values of a block of transformed tiles: for chunks they stay in a private cache, else they are as many as make it
    /// worth while to read and write all the sums.
    private static let chunkValues = 1 << 19
    private static let blockValues = 1 << 24

    init(_ inputs: ImageStacks, _ outputs: ImageStacks, padding: Padding) {
        self.inputs = inputs
        self.outputs = outputs
        rows = (outputs.shape.height + 3) / 4
        columns = (outputs.shape.width + 3) / 4
        lines = padding.sources(side: inputs.shape.height, count: rows * 4 + 2)
        places = padding.sources(side: inputs.shape.width, count: columns * 4 + 2)
        let channels = max(inputs.shape.channels, outputs.shape.channels) + FloatBuffer.slack
        zeros = FloatBuffer(count: channels)
        zeros.floats.initialize(repeating: 0, count: channels)
    }

    /// Whether the transforms pay: not for few channels, and not for maps that leave most of a tile empty.
    static func suits(_ inputs: Shape, _ outputs: Shape) -> Bool {
        let tiles = ((outputs.height + 3) / 4) * ((outputs.width + 3) / 4)
        return inputs.channels >= 16 && outputs.channels >= 16 && tiles * 36 < outputs.pixels * 7
    }

    private var tiles: Int { inputs.count * rows * columns }
    private var channels: (inputs: Int, outputs: Int) { (inputs.shape.channels, outputs.shape.channels) }
    /// The extra floats keep the points off powers of two, where they would all fall into a few sets of the cache.
    private var pointCount: Int { channels.inputs * channels.outputs + 80 }
    private var sumCount: Int { 36 * pointCount }

    /// Writes the gradient, `[output][channel][row][column]`, from this place of the buffer on.
    func callAsFunction(into gradient: FloatBuffer, at offset: Int, team: ImageTeam) {
        let sums = sumCount <= Self.ownSums ? sumsOfChunks(team) : sumsOfBlocks(team)
        let back = WinogradGradientReduction(
            inputs: channels.inputs, outputs: channels.outputs, pointStride: pointCount, sums: sums)
        back.write(into: gradient, at: offset, team: team)
    }

    /// A stretch of tiles for each index, transformed and multiplied while it is in the cache.
    private func sumsOfChunks(_ team: ImageTeam) -> [FloatBuffer] {
        let count = min(Self.chunks, (tiles + 127) / 128)
        let block = max(Self.chunkValues / (36 * (channels.inputs + channels.outputs + 32)), 48)
        return team.map(count) { chunk in
            let sums = FloatBuffer(count: sumCount)
            let (begin, end) = (chunk * tiles / count, (chunk + 1) * tiles / count)
            let planes = GradientPlanes(tiles: min(block, end - begin), channels)
            for first in stride(from: begin, to: end, by: block) {
                let stretch = first..<min(first + block, end)
                transform(stretch, into: planes, at: 0)
                for point in 0..<36 {
                    planes.multiply(
                        point, tiles: stretch.count, channels: 0..<channels.inputs,
                        into: sums.floats + point * pointCount, isContinued: first > begin)
                }
            }
            return sums
        }
    }

    /// All threads transform a block of tiles, then share out its points.
    private func sumsOfBlocks(_ team: ImageTeam) -> [FloatBuffer] {
        let (inputs, outputs) = channels
        let sums = FloatBuffer(count: sumCount)
        let block = min(tiles, max(Self.blockValues / (36 * (inputs + outputs + 32)), 128))
        let planes = GradientPlanes(tiles: block, channels)
        let ranges = (inputs + 255) / 256
        for first in stride(from: 0, to: tiles, by: block) {
            let end = min(first + block, tiles)
            let stretches = (end - first + 15) / 16
            team.forEach(stretches) { stretch in
                let begin = first + stretch * 16
                transform(begin..<min(begin + 16, end), into: planes, at: begin - first)
            }
            team.forEach(36 * ranges) { part in
                let (point, range) = part.quotientAndRemainder(dividingBy: ranges)
                let channels = range * 256..<min(range * 256 + 256, inputs)
                let place = sums.floats + (point * pointCount + channels.lowerBound * outputs)
                planes.multiply(point, tiles: end - first, channels: channels, into: place, isContinued: first > 0)
            }
        }
        return [sums]
    }

    /// Transforms tiles, the first of them to this place of the planes.
    private func transform(_ stretch: Range<Int>, into planes: GradientPlanes, at place: Int) {
        let perImage = rows * columns
        let scratch = FloatBuffer(count: WinogradTile.scratchCount)
        var pixels = [UnsafePointer<Float>](repeating: UnsafePointer(zeros.floats), count: 36)
        pixels.withUnsafeMutableBufferPointer { pixels in
            guard let pixels = pixels.baseAddress else { return }
            var tile = stretch.lowerBound
            while tile < stretch.upperBound {
                let (image, first) = tile.quotientAndRemainder(dividingBy: perImage)
                let end = min(perImage, first + stretch.upperBound - tile)
                inputs.withImage(image) { input in
                    outputs.withImage(image) { output in
                        for number in first..<end {
                            let (row, column) = number.quotientAndRemainder(dividingBy: columns)
                            let slot = place &+ tile &- stretch.lowerBound &+ number &- first
                            locateInput(row, column, in: input, pixels)
                            Processor.kernels.transformInput(
                                pixels, into: planes.input(slot), planeStride: planes.inputPlane,
                                channels: channels.inputs, scratch: scratch.floats)
                            locateOutput(row, column, in: output, pixels)
                            Processor.kernels.transformGradient(
                                pixels, into: planes.output(slot), planeStride: planes.outputPlane,
                                channels: channels.outputs, scratch: scratch.floats)
                        }
                    }
                }
                tile += end - first
            }
        }
    }

    /// Finds the 6x6 pixels that a tile read.
    private func locateInput(
        _ row: Int, _ column: Int, in image: UnsafePointer<Float>, _ pixels: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        let (width, channels) = (inputs.shape.width, channels.inputs)
        for i in 0..<6 {
            let y = lines[row &* 4 &+ i]
            for j in 0..<6 {
                let x = places[column &* 4 &+ j]
                pixels[i &* 6 &+ j] =
                    y >= 0 && x >= 0 ? image + (y &* width &+ x) &* channels : UnsafePointer(zeros.floats)
            }
        }
    }

    /// Finds the 4x4 pixels that a tile made; those that lie outside the map were discarded and count for nothing.
    private func locateOutput(
        _ row: Int, _ column: Int, in image: UnsafePointer<Float>, _ pixels: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        let (shape, channels) = (outputs.shape, channels.outputs)
        for i in 0..<4 {
            let y = row &* 4 &+ i
            for j in 0..<4 {
                let x = column &* 4 &+ j
                pixels[i &* 4 &+ j] =
                    y < shape.height && x < shape.width
                    ? image + (y &* shape.width &+ x) &* channels : UnsafePointer(zeros.floats)
            }
        }
    }
}

/// For each of the 36 points the transformed inputs and output gradients of a block of tiles, a tile's channels side by side.
///
/// The 16 extra floats keep the strides off powers of two, and take what a transform writes past the channels.
private struct GradientPlanes: Sendable {
    private let channels: (inputs: Int, outputs: Int)
    private let inputStride: Int
    private let outputStride: Int
    let inputPlane: Int
    let outputPlane: Int
    private let inputs: FloatBuffer
    private let outputs: FloatBuffer

    init(tiles: Int, _ channels: (inputs: Int, outputs: Int)) {
        self.channels = channels
        inputStride = (channels.inputs + 15) / 16 * 16 + 16
        outputStride = (channels.outputs + 15) / 16 * 16 + 16
        inputPlane = tiles * inputStride + 16
        outputPlane = tiles * outputStride + 16
        inputs = FloatBuffer(count: 36 * inputPlane)
        outputs = FloatBuffer(count: 36 * outputPlane)
    }

    func input(_ tile: Int) -> UnsafeMutablePointer<Float> { inputs.floats + tile &* inputStride }

    func output(_ tile: Int) -> UnsafeMutablePointer<Float> { outputs.floats + tile &* outputStride }

    /// The product over the first tiles at one point, for some of the input channels.
    func multiply(
        _ point: Int, tiles: Int, channels range: Range<Int>, into sums: UnsafeMutablePointer<Float>,
        isContinued: Bool
    ) {
        GradientProduct.write(
            inputs.floats + (point * inputPlane + range.lowerBound), stride: inputStride,
            outputs.floats + point * outputPlane, stride: outputStride, into: sums, stride: channels.outputs,
            rows: range.count, depth: tiles, columns: channels.outputs,
            isContinued: isContinued)
    }
}
