extension VectorKernels {
    package static func multiplyAdd(steps: Int, by factor: Float) -> (operations: Int, sum: Float) {
        #if WIDE
            var sums = Twelve<Row>()
        #else
            var sums = Six<Row>()
        #endif
        let (right, second) = (Vector(repeating: factor), Vector(repeating: -factor))
        var value = factor
        withUnsafePointer(to: &value) { left in
            for _ in 0..<steps { sums.add(left, stride: 0, right, second) }
        }
        let operations = 4 * Vector.scalarCount * type(of: sums).rows * steps
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 12 * 2 * Vector.scalarCount) { floats in
            guard let first = floats.baseAddress else { return (operations, 0) }
            sums.store(to: first, stride: 2 * Vector.scalarCount)
            return (operations, first.pointee)
        }
    }
}
