internal import CProcessor
package import KernelInterface

#if WIDE
    /// As many rows as keep all registers at work: 24 of 32 hold sums.
    private typealias Tall<One: SumRows> = Twelve<One>
#else
    /// As many rows as keep all registers at work: 12 of 16 hold sums.
    private typealias Tall<One: SumRows> = Six<One>
#endif

/// The floats between two steps of depth in a packed matrix.
private let panelWidth = 16

extension VectorKernels {
    package static func multiply(_ product: PackedProduct) {
        let pair = 2 * Vector.scalarCount
        var column = 0
        while column &+ pair <= product.columns {
            multiply(Row.self, product, from: column)
            column &+= pair
        }
        if Vector.scalarCount == panelWidth, column &+ panelWidth <= product.columns {
            multiply(NarrowRow.self, product, from: column)
            column &+= panelWidth
        }
        guard column < product.columns else { return }
        // What is left of the last panel must not be written past its columns.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: partRows * panelWidth) { part in
            guard let part = part.baseAddress else { return }
            var rest = product
            rest.finish = nil
            (rest.product, rest.productStride) = (part, panelWidth)
            var row = 0
            while row < product.rows {
                rest.left = product.left + row &* product.leftStride
                rest.rows = min(partRows, product.rows &- row)
                // The part begins where the panel does.
                rest.packed = product.packed + column &* product.depth
                if Vector.scalarCount == panelWidth {
                    multiply(NarrowRow.self, rest, from: 0)
                } else {
                    multiply(Row.self, rest, from: 0)
                }
                copy(part, to: product, row: row, rows: rest.rows, column: column)
                row &+= partRows
            }
        }
    }

    private static let partRows = 12

    private static func copy(
        _ part: UnsafePointer<Float>, to product: PackedProduct, row first: Int, rows: Int, column: Int
    ) {
        for row in 0..<rows {
            let place = (first &+ row) &* product.productStride &+ column
            for index in 0..<product.columns &- column {
                var value = part[row &* panelWidth &+ index]
                if let finish = product.finish {
                    value += finish.bias[column &+ index]
                    if let residual = finish.residual { value += residual[place &+ index] }
                    if finish.isRectified, value < 0 { value = 0 }
                }
                product.product[place &+ index] = value
            }
        }
    }

    /// All rows of the columns from this one on, as many as `One` has.
    @inline(__always)
    private static func multiply<One: SumRows>(_ one: One.Type, _ product: PackedProduct, from column: Int) {
        let rows = product.rows
        // While one pair of panels is at work the next one is asked for, spread over the strips.
        let ahead = One.vectors &* Vector.scalarCount &* product.depth
        let lines = (ahead / 16 &* Tall<One>.rows &+ rows &- 1) / max(rows, 1)
        var row = 0
        while row &+ Tall<One>.rows <= rows {
            strip(
                Tall<One>.self, product, row, column,
                prefetching: product.packed + (column &* product.depth &+ ahead &+ row / Tall<One>.rows &* lines &* 16),
                lines: lines)
            row &+= Tall<One>.rows
        }
        #if WIDE
            if row &+ 8 <= rows {
                strip(Eight<One>.self, product, row, column)
                row &+= 8
            }
        #endif
        if row &+ 4 <= rows {
            strip(Four<One>.self, product, row, column)
            row &+= 4
        }
        if row &+ 2 <= rows {
            strip(Two<One>.self, product, row, column)
            row &+= 2
        }
        if row < rows { strip(One.self, product, row, column) }
    }

    @inline(__always)
    private static func strip<Sums: SumRows>(
        _: Sums.Type, _ product: PackedProduct, _ row: Int, _ column: Int,
        prefetching next: UnsafePointer<Float>? = nil, lines: Int = 0
    ) {
        let left = product.left + row &* product.leftStride
        let stride = product.leftStride
        let right = product.packed + column &* product.depth
        let second = right + (Vector.scalarCount == panelWidth ? product.depth &* panelWidth : Vector.scalarCount)
        let place = row &* product.productStride &+ column
        if let finish = product.finish { ask(for: product, finish, at: place, rows: Sums.rows) }
        var sums = Sums()
        var k = 0
        if let next {
            let asked = min(lines, product.depth)
            // With few rows there are more lines to ask for than steps of depth.
            let isTwice = lines > product.depth
            while k < asked {
                posweep_prefetch(next + k &* 16)
                if isTwice { posweep_prefetch(next + (product.depth &+ k) &* 16) }
                sums.add(
                    left + k, stride: stride, Vector(at: right + k &* panelWidth), Sums.second(second + k &* panelWidth)
                )
                k &+= 1
            }
        }
        while k < product.depth {
            sums.add(
                left + k, stride: stride, Vector(at: right + k &* panelWidth), Sums.second(second + k &* panelWidth))
            k &+= 1
        }
        guard let finish = product.finish else {
            return sums.store(to: product.product + place, stride: product.productStride)
        }
        sums.store(
            to: product.product + place, stride: product.productStride, bias: finish.bias + column,
            residual: finish.residual.map { $0 + place }, isRectified: finish.isRectified)
    }

    /// Asks for the output and the residual, rows far apart that no CPU foresees, while the products are computed.
    @inline(__always)
    private static func ask(for product: PackedProduct, _ finish: Finish, at place: Int, rows: Int) {
        for row in 0..<rows {
            let line = place &+ row &* product.productStride
            posweep_prefetch_for_writing(product.product + line)
            posweep_prefetch_for_writing(product.product + (line &+ 16))
            guard let residual = finish.residual, residual != UnsafePointer(product.product) else { continue }
            posweep_prefetch(residual + line)
            posweep_prefetch(residual + (line &+ 16))
        }
    }

    package static func multiplyTransposed(_ product: TransposedProduct) {
        let pair = 2 * Vector.scalarCount
        var rest = product
        while rest.depth > 0 {
            // Two vectors of so many rows, and what a strip needs of the other side, stay in the innermost cache.
            var part = rest
            part.depth = min(rest.depth, depthAtOnce)
            var column = 0
            while column < product.columns {
                if Vector.scalarCount == panelWidth, product.columns &- column <= panelWidth {
                    add(NarrowRow.self, part, from: column)
                } else {
                    add(Row.self, part, from: column)
                }
                column &+= pair
            }
            rest.left += part.depth &* product.leftStride
            rest.right += part.depth &* product.rightStride
            rest.depth &-= part.depth
            rest.isContinued = true
        }
    }

    private static let depthAtOnce = 192

    @inline(__always)
    private static func add<One: SumRows>(_: One.Type, _ product: TransposedProduct, from column: Int) {
        // The next columns stand in lines far apart, which no CPU foresees: each strip asks for some.
        let share = product.depth &* Tall<One>.rows / max(product.rows, 1) &+ 1
        var next = 0
        var row = 0
        while row &+ Tall<One>.rows <= product.rows {
            add(Tall<One>.self, product, row, column, prefetching: next..<min(next &+ share, product.depth))
            next = min(next &+ share, product.depth)
            row &+= Tall<One>.rows
        }
        while row &+ 4 <= product.rows {
            add(Four<One>.self, product, row, column, prefetching: 0..<0)
            row &+= 4
        }
        while row < product.rows {
            add(One.self, product, row, column, prefetching: 0..<0)
            row &+= 1
        }
    }

    @inline(__always)
    private static func add<Sums: SumRows>(
        _: Sums.Type, _ product: TransposedProduct, _ row: Int, _ column: Int, prefetching ahead: Range<Int>
    ) {
        var left = product.left + row
        var right = product.right + column
        let place = product.product + (row &* product.productStride &+ column)
        var sums = product.isContinued ? Sums(at: place, stride: product.productStride) : Sums()
        var next = right + (ahead.lowerBound &* product.rightStride &+ Sums.vectors &* Vector.scalarCount)
        let asked = ahead.count
        for step in 0..<product.depth {
            posweep_prefetch(left + 16)
            if step < asked {
                posweep_prefetch(next)
                if Sums.vectors &* Vector.scalarCount > 16 { posweep_prefetch(next + 16) }
                next += product.rightStride
            }
            sums.add(left, stride: 1, Vector(at: right), Sums.second(right + Vector.scalarCount))
            left += product.leftStride
            right += product.rightStride
        }
        sums.store(to: place, stride: product.productStride)
    }
}

extension SumRows {
    /// The second vector of columns, where there is one.
    @inline(__always)
    fileprivate static func second(_ floats: UnsafePointer<Float>) -> Vector {
        vectors > 1 ? Vector(at: floats) : Vector()
    }
}
