/// The engine's inner loops, built once for each kind of CPU from one source.
///
/// All builds but the plain one give the same bits: an element is the sum over ascending depth, by fused multiply-adds from
/// zero, whatever its place among the others and the width of the vectors.
///
/// Nobody checks anything here: pointers, strides and counts are the caller's promise.
package protocol KernelSet: SendableMetatype {
    /// The instructions that it needs, for people.
    static var instructions: String { get }

    /// Multiplies and adds in registers alone, which shows the most that the CPU can do.
    ///
    /// - Parameters:
    ///   - steps: How often all registers are at work.
    ///   - factor: Any number, so that the compiler cannot know the result.
    /// - Returns: The floating-point operations, two for each product that is added, and a sum that depends on all.
    static func multiplyAdd(steps: Int, by factor: Float) -> (operations: Int, sum: Float)

    /// Rows times a packed matrix.
    static func multiply(_ product: PackedProduct)

    /// A transposed matrix times another.
    static func multiplyTransposed(_ product: TransposedProduct)

    /// V = Bᵀ d B for the 6x6 pixels of one tile.
    ///
    /// - Parameters:
    ///   - pixels: The 36 pixels, row by row.
    ///   - planes: Where the first of 36 planes takes the tile; up to 15 floats past the channels are written.
    ///   - planeStride: The floats from one plane to the next.
    ///   - channels: The channels of a pixel, of which up to 15 past the last are read.
    ///   - scratch: ``WinogradTile/scratchCount`` floats.
    static func transformInput(
        _ pixels: UnsafePointer<UnsafePointer<Float>>, into planes: UnsafeMutablePointer<Float>, planeStride: Int,
        channels: Int, scratch: UnsafeMutablePointer<Float>)

    /// Y = Aᵀ M A for the 6x6 sums of one tile, finished and written to the part of it that lies on the map.
    static func transformOutput(_ tile: WinogradTile, scratch: UnsafeMutablePointer<Float>)

    /// U = G g Gᵀ for the 3x3 weights that one input channel has for sixteen outputs.
    ///
    /// - Parameters:
    ///   - taps: The sixteen outputs' weights at each of the nine taps, row by row.
    ///   - planes: Where the first of 36 planes takes the sixteen outputs.
    ///   - planeStride: The floats from one plane to the next.
    static func transformFilter(
        _ taps: UnsafePointer<Float>, into planes: UnsafeMutablePointer<Float>, planeStride: Int)

    /// A d Aᵀ for 4x4 output gradients d of one tile, as the gradient of a filter needs them.
    ///
    /// - Parameters:
    ///   - pixels: The 16 pixels, row by row.
    ///   - planes: Where the first of 36 planes takes the tile; up to 15 floats past the channels are written.
    ///   - planeStride: The floats from one plane to the next.
    ///   - channels: The channels of a pixel, of which up to 15 past the last are read.
    ///   - scratch: ``WinogradTile/scratchCount`` floats.
    static func transformGradient(
        _ pixels: UnsafePointer<UnsafePointer<Float>>, into planes: UnsafeMutablePointer<Float>, planeStride: Int,
        channels: Int, scratch: UnsafeMutablePointer<Float>)

    /// ∂g = Gᵀ ∂U G for one input channel and up to eight outputs, in double precision, rounded once.
    ///
    /// - Parameters:
    ///   - sums: ∂U in chunks, which are added up first.
    ///   - gradient: Where the first output's nine weights go, row by row.
    static func transformFilterGradient(_ sums: FilterGradientSums, into gradient: UnsafeMutablePointer<Float>)

    /// Adds the gradient of a max-pool's window to that of its first largest value, channel by channel.
    static func handBack(_ window: PoolWindow)
}
