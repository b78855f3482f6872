internal import KernelInterface

/// A matrix that many rows are multiplied by, in the order in which the kernels read it.
///
/// Every element of a product is the sum over ascending depth by fused multiply-adds from zero. It has the same bits whatever
/// the number of rows and columns, its place among them, and the width of the CPU's vectors; `cblas_sgemm` promises none of
/// that, and is slower where the matrix is small.
///
/// Packed: `[columns / 16][depth][16]`, zeros in the columns that are not there.
struct PackedMatrix: Sendable {
    let depth: Int
    let columns: Int
    private let panels: FloatBuffer

    /// Packs a matrix whose elements are asked for one by one, as `(row, column)`.
    init(depth: Int, columns: Int, _ element: (Int, Int) -> Float) {
        self.depth = depth
        self.columns = columns
        panels = FloatBuffer(count: Self.count(depth: depth, columns: columns))
        for column in 0..<Self.padded(columns) {
            let panel = panels.floats + (column / 16 * 16 * depth + column % 16)
            for k in 0..<depth { panel[k * 16] = column < columns ? element(k, column) : 0 }
        }
    }

    /// How many floats a packed matrix takes.
    static func count(depth: Int, columns: Int) -> Int { padded(columns) * depth }

    /// The columns rounded up to whole panels.
    static func padded(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }

    /// Multiplies rows by some of the columns.
    ///
    /// - Parameters:
    ///   - left: The first row.
    ///   - leftStride: The floats from one row to the next.
    ///   - product: The first row of the product, at column 0.
    ///   - productStride: The floats from one row of the product to the next.
    ///   - rows: How many rows.
    ///   - range: The columns; the first is a multiple of 16.
    ///   - finish: What is done to the sums, from column 0 on.
    func multiply(
        _ left: UnsafePointer<Float>, stride leftStride: Int, into product: UnsafeMutablePointer<Float>,
        stride productStride: Int, rows: Int, columns range: Range<Int>, finish: Finish? = nil
    ) {
        let first = range.lowerBound
        Processor.kernels.multiply(
            PackedProduct(
                left: left, leftStride: leftStride, packed: panels.floats + first * depth, product: product + first,
                productStride: productStride, rows: rows, depth: depth, columns: range.count,
                finish: finish.map { $0.advanced(by: first) }))
    }
}

extension Finish {
    /// The same for the columns from this one on.
    func advanced(by columns: Int) -> Finish {
        Finish(bias: bias + columns, residual: residual.map { $0 + columns }, isRectified: isRectified)
    }

    /// The same for an output that begins so many floats further on.
    func movedResidual(by floats: Int) -> Finish {
        Finish(bias: bias, residual: residual.map { $0 + floats }, isRectified: isRectified)
    }
}
