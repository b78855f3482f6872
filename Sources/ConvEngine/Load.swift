/// Eight floats from any address.
@inline(__always)
func load(_ floats: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(floats).loadUnaligned(as: SIMD8<Float>.self)
}

/// Eight floats to any address.
@inline(__always)
func store(_ vector: SIMD8<Float>, _ floats: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(floats).storeBytes(of: vector, as: SIMD8<Float>.self)
}
