private let a: Float = 0.625
private let b: Float = 1.5
private let a2: Float = 0.390625
private let b2: Float = 2.25
/// What the points' rows of G are divided by.
private let atZero: Float = 1 / 0.87890625
private let atA: Float = 1 / -1.45263671875
private let atB: Float = 1 / 8.3671875

extension VectorKernels {
    package static func transformFilter(
        _ taps: UnsafePointer<Float>, into planes: UnsafeMutablePointer<Float>, planeStride: Int
    ) {
        var lane = 0
        while lane < 16 {
            let (taps, planes) = (taps + lane, planes + lane)
            let left = TileLine(Vector(at: taps), Vector(at: taps + 48), Vector(at: taps + 96))
            let middle = TileLine(Vector(at: taps + 16), Vector(at: taps + 64), Vector(at: taps + 112))
            let right = TileLine(Vector(at: taps + 32), Vector(at: taps + 80), Vector(at: taps + 128))
            let row = planeStride &* 6
            TileLine(left.v0, middle.v0, right.v0).store(to: planes, stride: planeStride)
            TileLine(left.v1, middle.v1, right.v1).store(to: planes + row, stride: planeStride)
            TileLine(left.v2, middle.v2, right.v2).store(to: planes + row &* 2, stride: planeStride)
            TileLine(left.v3, middle.v3, right.v3).store(to: planes + row &* 3, stride: planeStride)
            TileLine(left.v4, middle.v4, right.v4).store(to: planes + row &* 4, stride: planeStride)
            TileLine(left.v5, middle.v5, right.v5).store(to: planes + row &* 5, stride: planeStride)
            lane &+= Vector.scalarCount
        }
    }
}

extension TileLine {
    /// G g along one axis: three weights of some outputs at six points.
    @inline(__always)
    fileprivate init(_ upper: Vector, _ middle: Vector, _ lower: Vector) {
        let (evenA, oddA) = (upper.adding(a2, times: lower) * atA, middle * (a * atA))
        let (evenB, oddB) = (upper.adding(b2, times: lower) * atB, middle * (b * atB))
        self.init(
            v0: upper * atZero, v1: evenA + oddA, v2: evenA - oddA, v3: evenB + oddB, v4: evenB - oddB, v5: lower)
    }
}
