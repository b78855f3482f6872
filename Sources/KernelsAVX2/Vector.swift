#if WIDE
    /// As many floats as a register holds.
    typealias Vector = SIMD16<Float>
#else
    /// As many floats as a register holds.
    typealias Vector = SIMD8<Float>
#endif

extension Vector {
    /// The floats from any address.
    @inline(__always)
    init(at floats: UnsafePointer<Float>) {
        self = UnsafeRawPointer(floats).loadUnaligned(as: Vector.self)
    }

    /// Writes the floats to any address.
    @inline(__always)
    func store(to floats: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(floats).storeBytes(of: self, as: Vector.self)
    }

    /// Writes the first floats, all except at the end of a pixel.
    @inline(__always)
    func store(to floats: UnsafeMutablePointer<Float>, first count: Int) {
        if count >= Vector.scalarCount { return store(to: floats) }
        for lane in 0..<count { floats[lane] = self[lane] }
    }

    /// `self + factor · other`, rounded once where the CPU can.
    @inline(__always)
    func adding(_ factor: Vector, times other: Vector) -> Vector {
        #if PLAIN
            // Without the instruction a fused product is a call into libm for every lane.
            self + factor * other
        #else
            addingProduct(factor, other)
        #endif
    }

    /// `self + factor · other`, rounded once where the CPU can.
    @inline(__always)
    func adding(_ factor: Float, times other: Vector) -> Vector {
        adding(Vector(repeating: factor), times: other)
    }

    /// max(0, x); a value that is not a number stays one.
    @inline(__always)
    var rectified: Vector { replacing(with: 0, where: self .< 0) }

    /// The larger of each two; a value that is not a number wins, as in PyTorch.
    @inline(__always)
    func larger(_ other: Vector) -> Vector {
        replacing(with: other, where: .!(other .<= self) .& (self .== self))
    }
}
