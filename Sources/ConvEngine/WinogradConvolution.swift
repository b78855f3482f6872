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
    /// U, one packed matrix of `[input channel][output channel]` for each point.
    private let filter: FloatBuffer
    private let outputPass: OutputPass
    /// What a tile reads outside the map.
    private let zeros: FloatBuffer

    init(filter: Filter, padding: Padding, outputPass: OutputPass) {
        self.padding = padding
        self.outputPass = outputPass
        inputChannels = filter.inputChannels
        outputChannels = filter.outputChannels
        self.filter = WinogradTransform.filter(filter)
        zeros = FloatBuffer(count: filter.inputChannels + FloatBuffer.slack)
        zeros.floats.initialize(repeating: 0, count: filter.inputChannels + FloatBuffer.slack)
    }

    /// Tiles per block: V and M take about 2 MiB, a private cache, but every pass over U serves at least 48 tiles.
    ///
    /// Measured to be flat within 5 % from 1 to 6 MiB.
    private var blockTiles: Int {
        min(max((1 << 19) / (36 * (inputChannels + outputChannels + 32)), 48), 192) / 12 * 12
    }

    func callAsFunction(
        _ input: UnsafePointer<Float>, _ inputShape: Shape, _ output: UnsafeMutablePointer<Float>, _ outputShape: Shape
    ) {
        let grid = TileGrid(
            images: outputShape.images, rows: (outputShape.height + 3) / 4, columns: (outputShape.width + 3) / 4)
        let block = min(blockTiles, grid.count)
        let pointStride = PanelProduct.packedCount(depth: inputChannels, columns: outputChannels)
        let panels = PanelProduct.paddedColumns(outputChannels) / 16
        let inputs = TilePlanes(tiles: block, channels: inputChannels)
        let sums = TilePlanes(tiles: block, channels: outputChannels)
        let scratch = FloatBuffer(count: WinogradTransform.scratchCount)
        let lines = padding.sources(side: inputShape.height, count: grid.rows * 4 + 2)
        let columns = padding.sources(side: inputShape.width, count: grid.columns * 4 + 2)
        var pixels = [UnsafePointer<Float>](repeating: UnsafePointer(zeros.floats), count: 36)
        pixels.withUnsafeMutableBufferPointer { pixels in
            guard let pixels = pixels.baseAddress else { return }
            for first in Swift.stride(from: 0, to: grid.count, by: block) {
                let tiles = min(block, grid.count - first)
                for tile in 0..<tiles {
                    locate(grid[first + tile], in: input, inputShape, lines: lines, columns: columns, pixels)
                    WinogradTransform.input(
                        pixels, inputs.tile(tile), inputs.planeStride, channels: inputChannels,
                        scratch: scratch.floats)
                }
                for point in 0..<36 {
                    PanelProduct.multiply(
                        inputs.plane(point), stride: inputs.tileStride, by: filter.floats + point * pointStride,
                        into: sums.plane(point), stride: sums.tileStride,
                        rows: tiles, depth: inputChannels, panels: panels)
                }
                for tile in 0..<tiles {
                    write(sums.tile(tile), sums.planeStride, to: grid[first + tile], of: output, outputShape, scratch)
                }
            }
        }
    }

    /// Finds the 6x6 pixels that a tile reads.
    private func locate(
        _ tile: TileGrid.Tile, in input: UnsafePointer<Float>, _ shape: Shape, lines: [Int], columns: [Int],
        _ pixels: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        let image = input + tile.image &* shape.pixels &* shape.channels
        let zeros = UnsafePointer(zeros.floats)
        for row in 0..<6 {
            let y = lines[tile.row &* 4 &+ row]
            for column in 0..<6 {
                let x = columns[tile.column &* 4 &+ column]
                pixels[row &* 6 &+ column] =
                    y >= 0 && x >= 0 ? image + (y &* shape.width &+ x) &* shape.channels : zeros
            }
        }
    }

    /// Transforms a tile's sums back and writes those of its 4x4 outputs that lie on the map.
    private func write(
        _ sums: UnsafePointer<Float>, _ planeStride: Int, to tile: TileGrid.Tile,
        of output: UnsafeMutablePointer<Float>, _ shape: Shape, _ scratch: FloatBuffer
    ) {
        let (top, left) = (tile.row &* 4, tile.column &* 4)
        let corner = output + ((tile.image &* shape.height &+ top) &* shape.width &+ left) &* shape.channels
        WinogradTransform.output(
            sums, planeStride, corner, rowStride: shape.width &* shape.channels, channels: shape.channels,
            rows: min(4, shape.height &- top), columns: min(4, shape.width &- left), outputPass,
            scratch: scratch.floats)
    }
}

/// The tiles of all images, row-major.
private struct TileGrid {
    struct Tile {
        let image: Int
        let row: Int
        let column: Int
    }

    let images: Int
    let rows: Int
    let columns: Int

    var count: Int { images * rows * columns }

    subscript(index: Int) -> Tile {
        let (line, column) = index.quotientAndRemainder(dividingBy: columns)
        let (image, row) = line.quotientAndRemainder(dividingBy: rows)
        return Tile(image: image, row: row, column: column)
    }
}

/// For each of the 36 points one plane, for each tile of a plane its channels.
///
/// The 16 extra floats keep the strides off powers of two, where all tiles would fall into a few sets of the cache, and take
/// what the last vector of a tile writes past its channels.
private struct TilePlanes {
    let tileStride: Int
    let planeStride: Int
    private let buffer: FloatBuffer

    init(tiles: Int, channels: Int) {
        tileStride = (channels + 15) / 16 * 16 + 16
        planeStride = tiles * tileStride + 16
        buffer = FloatBuffer(count: 36 * planeStride)
    }

    func plane(_ point: Int) -> UnsafeMutablePointer<Float> { buffer.floats + point &* planeStride }

    func tile(_ tile: Int) -> UnsafeMutablePointer<Float> { buffer.floats + tile &* tileStride }
}
