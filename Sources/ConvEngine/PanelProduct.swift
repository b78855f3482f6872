import COpenBLAS

/// The product of rows with a matrix that was packed for the kernels once.
///
/// Every element is the sum over ascending depth by fused multiply-adds from zero. It has the same bits whatever the number of
/// rows and columns, its place among them, and the width of the CPU's vectors; `cblas_sgemm` promises none of that.
///
/// Packed: `[columns / 16][depth][16]`, zeros in the columns that are not there.
enum PanelProduct {
    /// How many floats a packed matrix takes.
    static func packedCount(depth: Int, columns: Int) -> Int {
        paddedColumns(columns) * depth
    }

    /// The columns rounded up to whole panels; so many are computed.
    static func paddedColumns(_ columns: Int) -> Int {
        (columns + 15) / 16 * 16
    }

    /// Packs a matrix whose elements are asked for one by one.
    static func pack(
        depth: Int, columns: Int, into packed: UnsafeMutablePointer<Float>, _ element: (Int, Int) -> Float
    ) {
        for column in 0..<paddedColumns(columns) {
            let panel = packed + (column / 16 * 16 * depth + column % 16)
            for k in 0..<depth { panel[k * 16] = column < columns ? element(k, column) : 0 }
        }
    }

    /// Multiplies rows by some of the panels.
    ///
    /// While it works it asks for what lies behind these panels in memory, so that a sequence of products can stream them.
    static func multiply(
        _ left: UnsafePointer<Float>, stride leftStride: Int, by packed: UnsafePointer<Float>,
        into product: UnsafeMutablePointer<Float>, stride productStride: Int, rows: Int, depth: Int, panels: Int
    ) {
        let wideRows = Processor.runsWideKernels ? rows / 12 &* 12 : 0
        let widePanels = Processor.runsWideKernels ? panels / 2 &* 2 : 0
        let strip = MatrixStrip(leftRowStride: leftStride, leftStep: 1, rightStride: 16, productStride: productStride)
        let lines = wideRows > 0 ? (2 &* depth &* 12 &+ wideRows &- 1) / wideRows : 0
        var panel = 0
        while panel < panels {
            let isWide = panel < widePanels
            let right = packed + panel &* depth &* 16
            let columns = product + panel &* 16
            var row = 0
            while isWide && row < wideRows {
                posweep_multiply_wide(
                    left + row &* leftStride, leftStride, right, depth, columns + row &* productStride, productStride,
                    right + (2 &* depth &* 16 &+ row / 12 &* lines &* 16), lines)
                row &+= 12
            }
            while row < rows {
                let count = min(6, rows &- row)
                let rest = columns + row &* productStride
                strip.multiply(left + row &* leftStride, right, rest, rows: count, depth: depth, adding: false)
                if isWide {
                    strip.multiply(
                        left + row &* leftStride, right + depth &* 16, rest + 16, rows: count, depth: depth,
                        adding: false)
                }
                row &+= 6
            }
            panel &+= isWide ? 2 : 1
        }
    }
}
