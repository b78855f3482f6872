internal import KernelInterface

/// A 3x3 kernel with stride 1 as F(4x4, 3x3): a quarter of the multiplications (Lavin & Gray 2015).
///
/// A tile of 4x4 outputs needs 6x6 inputs. Both the tile and the kernel are evaluated at 6x6 points, where a convolution
/// is a product for each point ξ; over all tiles and channels that is one matrix product for each of the 36 points:
///
///     M[ξ][tile, o] = Σ c  V[ξ][tile, c] · U[ξ][c, o]        V: transformed inputs, U: transformed filter
///
/// Tiles are taken in blocks, row-major over all images of the tensor, so that V and M stay in the cache and small maps
/// still fill a block.
struct WinogradConvolution: Sendable {
    private let padding: Padding
    private let inputChannels: Int
    private let outputChannels: Int
    private let filter: WinogradFilter
    /// What a tile reads outside the map.
    private let zeros: FloatBuffer

    init(filter: Filter, padding: Padding, team: ImageTeam?) {
        self.padding = padding
        inputChannels = filter.inputChannels
        outputChannels = filter.outputChannels
        self.filter = WinogradFilter(filter, team: team)
        zeros = FloatBuffer(count: filter.inputChannels + FloatBuffer.slack)
        zeros.floats.initialize(repeating: 0, count: filter.inputChannels + FloatBuffer.slack)
    }

    /// The tiles that make a pass over the transformed filter worth its while.
    static let enoughTiles = 48

    /// How many tiles the output has.
    static func tiles(of output: Shape) -> Int { TileGrid(output).count }

    /// Tiles per block: V and M take about 1 MiB, half of a private cache, but every pass over U serves at least 48 tiles.
    private var blockTiles: Int {
        min(max((1 << 18) / (36 * (inputChannels + outputChannels + 32)), Self.enoughTiles), 192) / 12 * 12
    }

    func callAsFunction(_ pass: ConvolutionPass, _ part: WorkPart) {
        let grid = TileGrid(pass.outputShape)
        let block = min(blockTiles, part.places.count)
        let inputs = TilePlanes(tiles: block, channels: inputChannels)
        let sums = TilePlanes(tiles: block, channels: part.channels.count)
        let scratch = FloatBuffer(count: WinogradTile.scratchCount)
        let lines = padding.sources(side: pass.inputShape.height, count: grid.rows * 4 + 2)
        let columns = padding.sources(side: pass.inputShape.width, count: grid.columns * 4 + 2)
        var pixels = [UnsafePointer<Float>](repeating: UnsafePointer(zeros.floats), count: 36)
        pixels.withUnsafeMutableBufferPointer { pixels in
            guard let pixels = pixels.baseAddress else { return }
            for first in stride(from: part.places.lowerBound, to: part.places.upperBound, by: block) {
                let tiles = min(block, part.places.upperBound - first)
                for tile in 0..<tiles {
                    locate(grid[first + tile], in: pass, lines: lines, columns: columns, pixels)
                    Processor.kernels.transformInput(
                        pixels, into: inputs.tile(tile), planeStride: inputs.planeStride, channels: inputChannels,
                        scratch: scratch.floats)
                }
                filter.multiply(inputs, into: sums, rows: tiles, columns: part.channels)
                for tile in 0..<tiles {
                    write(sums.tile(tile), sums.planeStride, to: grid[first + tile], of: pass, part.channels, scratch)
                }
            }
        }
    }

    /// Finds the 6x6 pixels that a tile reads.
    private func locate(
        _ tile: TileGrid.Tile, in pass: ConvolutionPass, lines: [Int], columns: [Int],
        _ pixels: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        let shape = pass.inputShape
        let image = pass.input + tile.image &* shape.pixels &* shape.channels
        let zeros = UnsafePointer(zeros.floats)
        for row in 0..<6 {
            let y = lines[tile.row &* 4 &+ row]
            let line = image + y &* shape.width &* shape.channels
            for column in 0..<6 {
                let x = columns[tile.column &* 4 &+ column]
                pixels[row &* 6 &+ column] = y >= 0 && x >= 0 ? line + x &* shape.channels : zeros
            }
        }
    }

    /// Transforms a tile's sums back and writes those of its 4x4 outputs that lie on the map.
    private func write(
        _ sums: UnsafePointer<Float>, _ planeStride: Int, to tile: TileGrid.Tile, of pass: ConvolutionPass,
        _ channels: Range<Int>, _ scratch: FloatBuffer
    ) {
        let shape = pass.outputShape
        let (top, left) = (tile.row &* 4, tile.column &* 4)
        let (first, pixel) = (channels.lowerBound, shape.channels)
        let place = ((tile.image &* shape.height &+ top) &* shape.width &+ left) &* pixel &+ first
        var output = WinogradTile(
            sums: sums, planeStride: planeStride, channels: channels.count, corner: pass.output + place,
            rowStride: shape.width &* pixel, pixelStride: pixel, rows: min(4, shape.height &- top),
            columns: min(4, shape.width &- left),
            finish: Finish(
                bias: pass.finish.bias + first, residual: pass.finish.residual.map { $0 + place },
                isRectified: pass.finish.isRectified))
        if let pooled = pass.pooled {
            let (height, width) = (shape.height / 2, shape.width / 2)
            let corner = (tile.image &* height &+ top / 2) &* width &+ left / 2
            output.pooled = pooled + (corner &* pixel &+ first)
            output.pooledRowStride = width &* pixel
        }
        Processor.kernels.transformOutput(output, scratch: scratch.floats)
    }
}
