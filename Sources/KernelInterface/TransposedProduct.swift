/// `product[row, column] = Σ k  left[k, row] · right[k, column]`, nothing packed.
///
/// Of the last sixteen columns those that are not there are read from `right`, and written to `product`, all the same.
package struct TransposedProduct {
    package var left: UnsafePointer<Float>
    package var leftStride: Int
    package var right: UnsafePointer<Float>
    package var rightStride: Int
    package var product: UnsafeMutablePointer<Float>
    package var productStride: Int
    package var rows: Int
    package var depth: Int
    package var columns: Int
    /// Whether the sums go on from what the product holds.
    package var isContinued: Bool

    package init(
        left: UnsafePointer<Float>, leftStride: Int, right: UnsafePointer<Float>, rightStride: Int,
        product: UnsafeMutablePointer<Float>, productStride: Int, rows: Int, depth: Int, columns: Int,
        isContinued: Bool
    ) {
        (self.left, self.leftStride, self.right, self.rightStride) = (left, leftStride, right, rightStride)
        (self.product, self.productStride) = (product, productStride)
        (self.rows, self.depth, self.columns, self.isContinued) = (rows, depth, columns, isContinued)
    }
}
