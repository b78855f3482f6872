/// `product[row, column] = finish(Σ k  left[row, k] · right[k, column])` with a right side that was packed.
///
/// Packed: `[columns / 16][depth][16]`, zeros in the columns that are not there.
package struct PackedProduct {
    package var left: UnsafePointer<Float>
    package var leftStride: Int
    package var packed: UnsafePointer<Float>
    package var product: UnsafeMutablePointer<Float>
    package var productStride: Int
    package var rows: Int
    package var depth: Int
    package var columns: Int
    /// What is done to the sums on their way out; nil stores them.
    package var finish: Finish?

    package init(
        left: UnsafePointer<Float>, leftStride: Int, packed: UnsafePointer<Float>,
        product: UnsafeMutablePointer<Float>, productStride: Int, rows: Int, depth: Int, columns: Int,
        finish: Finish? = nil
    ) {
        (self.left, self.leftStride, self.packed) = (left, leftStride, packed)
        (self.product, self.productStride) = (product, productStride)
        (self.rows, self.depth, self.columns, self.finish) = (rows, depth, columns, finish)
    }
}
