/// The sums of some rows by a few columns of a matrix product, in registers.
///
/// Swift keeps nested structs in registers and arrays in memory, so four rows are two and two, and two are one and one.
protocol SumRows {
    static var rows: Int { get }
    /// How many vectors of columns each row has.
    static var vectors: Int { get }

    init()

    /// Sums that go on from what is there.
    init(at product: UnsafePointer<Float>, stride: Int)

    /// Adds the products of one value of each row with the same columns.
    mutating func add(_ left: UnsafePointer<Float>, stride: Int, _ right: Vector, _ second: Vector)

    func store(to product: UnsafeMutablePointer<Float>, stride: Int)

    /// Writes what becomes of the sums of the columns whose bias stands at `bias`.
    func store(
        to product: UnsafeMutablePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, isRectified: Bool)
}

/// One row of two vectors.
struct Row: SumRows {
    private var low = Vector()
    private var high = Vector()

    @inline(__always) static var rows: Int { 1 }
    @inline(__always) static var vectors: Int { 2 }

    @inline(__always) init() {}

    @inline(__always)
    init(at product: UnsafePointer<Float>, stride: Int) {
        low = Vector(at: product)
        high = Vector(at: product + Vector.scalarCount)
    }

    @inline(__always)
    mutating func add(_ left: UnsafePointer<Float>, stride: Int, _ right: Vector, _ second: Vector) {
        let value = Vector(repeating: left.pointee)
        low = low.adding(value, times: right)
        high = high.adding(value, times: second)
    }

    @inline(__always)
    func store(to product: UnsafeMutablePointer<Float>, stride: Int) {
        low.store(to: product)
        high.store(to: product + Vector.scalarCount)
    }

    @inline(__always)
    func store(
        to product: UnsafeMutablePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, isRectified: Bool
    ) {
        let count = Vector.scalarCount
        var (low, high) = (low + Vector(at: bias), high + Vector(at: bias + count))
        if let residual {
            low += Vector(at: residual)
            high += Vector(at: residual + count)
        }
        (isRectified ? low.rectified : low).store(to: product)
        (isRectified ? high.rectified : high).store(to: product + count)
    }
}

/// One row of one vector: the last sixteen of an odd number of panels, where a vector has sixteen floats.
struct NarrowRow: SumRows {
    private var sum = Vector()

    @inline(__always) static var rows: Int { 1 }
    @inline(__always) static var vectors: Int { 1 }

    @inline(__always) init() {}

    @inline(__always)
    init(at product: UnsafePointer<Float>, stride: Int) {
        sum = Vector(at: product)
    }

    @inline(__always)
    mutating func add(_ left: UnsafePointer<Float>, stride: Int, _ right: Vector, _ second: Vector) {
        sum = sum.adding(Vector(repeating: left.pointee), times: right)
    }

    @inline(__always)
    func store(to product: UnsafeMutablePointer<Float>, stride: Int) {
        sum.store(to: product)
    }

    @inline(__always)
    func store(
        to product: UnsafeMutablePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, isRectified: Bool
    ) {
        var value = sum + Vector(at: bias)
        if let residual { value += Vector(at: residual) }
        (isRectified ? value.rectified : value).store(to: product)
    }
}

/// Some rows above some others.
struct Both<First: SumRows, Second: SumRows>: SumRows {
    private var first = First()
    private var second = Second()

    @inline(__always) static var rows: Int { First.rows &+ Second.rows }
    @inline(__always) static var vectors: Int { First.vectors }

    @inline(__always) init() {}

    @inline(__always)
    init(at product: UnsafePointer<Float>, stride: Int) {
        first = First(at: product, stride: stride)
        second = Second(at: product + First.rows &* stride, stride: stride)
    }

    @inline(__always)
    mutating func add(_ left: UnsafePointer<Float>, stride: Int, _ right: Vector, _ next: Vector) {
        first.add(left, stride: stride, right, next)
        second.add(left + First.rows &* stride, stride: stride, right, next)
    }

    @inline(__always)
    func store(to product: UnsafeMutablePointer<Float>, stride: Int) {
        first.store(to: product, stride: stride)
        second.store(to: product + First.rows &* stride, stride: stride)
    }

    @inline(__always)
    func store(
        to product: UnsafeMutablePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, isRectified: Bool
    ) {
        let rows = First.rows &* stride
        first.store(to: product, stride: stride, bias: bias, residual: residual, isRectified: isRectified)
        second.store(
            to: product + rows, stride: stride, bias: bias, residual: residual.map { $0 + rows },
            isRectified: isRectified)
    }
}

typealias Two<One: SumRows> = Both<One, One>
typealias Four<One: SumRows> = Both<Two<One>, Two<One>>
typealias Six<One: SumRows> = Both<Four<One>, Two<One>>
typealias Eight<One: SumRows> = Both<Four<One>, Four<One>>
typealias Twelve<One: SumRows> = Both<Eight<One>, Four<One>>
