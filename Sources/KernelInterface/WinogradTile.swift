/// One tile on its way from the 36 sums of each channel to at most 4x4 pixels of the output.
package struct WinogradTile {
    /// The tile's channels in the first of 36 planes.
    package var sums: UnsafePointer<Float>
    package var planeStride: Int
    package var channels: Int
    /// The tile's first pixel.
    package var corner: UnsafeMutablePointer<Float>
    package var rowStride: Int
    package var pixelStride: Int
    /// How much of the tile lies on the map.
    package var rows: Int
    package var columns: Int
    package var finish: Finish
    /// Where the largest of each 2x2 pixels go as well; nil pools nothing.
    ///
    /// Only whole windows are pooled.
    package var pooled: UnsafeMutablePointer<Float>?
    package var pooledRowStride: Int

    /// How many floats of scratch a transform needs.
    package static let scratchCount = 36 * 16

    package init(
        sums: UnsafePointer<Float>, planeStride: Int, channels: Int, corner: UnsafeMutablePointer<Float>,
        rowStride: Int, pixelStride: Int, rows: Int, columns: Int, finish: Finish,
        pooled: UnsafeMutablePointer<Float>? = nil, pooledRowStride: Int = 0
    ) {
        (self.sums, self.planeStride, self.channels) = (sums, planeStride, channels)
        (self.corner, self.rowStride, self.pixelStride) = (corner, rowStride, pixelStride)
        (self.rows, self.columns, self.finish) = (rows, columns, finish)
        (self.pooled, self.pooledRowStride) = (pooled, pooledRowStride)
    }
}
