/// One window of a max-pool on its way back.
package struct PoolWindow {
    /// The window's part of the map.
    package var rows: Int
    package var columns: Int
    /// The floats from one row of the map to the next.
    package var rowStride: Int
    package var channels: Int
    /// The window's first pixel, and its gradient.
    package var corner: UnsafePointer<Float>
    package var gradient: UnsafePointer<Float>
    /// Where the first pixel's gradient stands.
    package var result: UnsafeMutablePointer<Float>

    package init(
        rows: Int, columns: Int, rowStride: Int, channels: Int, corner: UnsafePointer<Float>,
        gradient: UnsafePointer<Float>, result: UnsafeMutablePointer<Float>
    ) {
        (self.rows, self.columns, self.rowStride, self.channels) = (rows, columns, rowStride, channels)
        (self.corner, self.gradient, self.result) = (corner, gradient, result)
    }
}
