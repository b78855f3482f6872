internal import KernelInterface

/// The matrix product that filter gradients consist of.
///
/// The one place where it is computed: an implementation that is quicker for these shapes belongs here.
enum GradientProduct {
    /// `sums[rows, columns] = left[depth, rows]ᵀ · right[depth, columns]`, row-major with these strides; continued, added to what
    /// the sums are.
    ///
    /// The depth is what is summed over, tiles or pixels. Behind the last column of a row of `left` and `right` there may be
    /// values of any kind; of `sums` nothing behind the last column is written.
    static func write(
        _ left: UnsafePointer<Float>, stride leftStride: Int, _ right: UnsafePointer<Float>, stride rightStride: Int,
        into sums: UnsafeMutablePointer<Float>, stride sumStride: Int, rows: Int, depth: Int, columns: Int,
        isContinued: Bool
    ) {
        if columns.isMultiple(of: 16) {
            return Processor.kernels.multiplyTransposed(
                TransposedProduct(
                    left: left, leftStride: leftStride, right: right, rightStride: rightStride, product: sums,
                    productStride: sumStride, rows: rows, depth: depth, columns: columns, isContinued: isContinued))
        }
        // The kernels would write whole vectors of columns.
        OpenBLAS.multiplyTransposed(
            left, stride: leftStride, by: right, stride: rightStride, into: sums, stride: sumStride, rows: rows,
            depth: depth, columns: columns, isContinued: isContinued)
    }
}
