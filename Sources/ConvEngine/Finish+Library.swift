internal import KernelInterface

extension Finish {
    /// Turns rows of sums that another than a kernel has computed into output values.
    ///
    /// - Parameters:
    ///   - rows: How many rows of `columns` values lie one behind the other.
    ///   - sums: The first of them; its residual lies at the residual's beginning.
    ///   - columns: The values of a row.
    func apply(to rows: Int, at sums: UnsafeMutablePointer<Float>, columns: Int) {
        let floor: Float = isRectified ? 0 : -.infinity
        for row in 0..<rows {
            let pixel = sums + row &* columns
            let added = residual.map { $0 + row &* columns }
            for column in 0..<columns {
                let value = pixel[column] + bias[column] + (added?[column] ?? 0)
                pixel[column] = value < floor ? floor : value
            }
        }
    }
}
