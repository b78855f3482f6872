package import KernelInterface

// The three transforms of F(4x4, 3x3) with the points 0, ±a, ±b and ∞, a = 5/8 and b = 3/2, along one axis: see
// WinogradFilter in ConvEngine for the matrices.
private let a: Float = 0.625
private let b: Float = 1.5
private let a2: Float = 0.390625
private let b2: Float = 2.25
private let a3: Float = 0.244140625
private let b3: Float = 3.375
private let q: Float = 0.87890625
private let s: Float = 2.640625

extension VectorKernels {
    package static func transformInput(
        _ pixels: UnsafePointer<UnsafePointer<Float>>, into planes: UnsafeMutablePointer<Float>, planeStride: Int,
        channels: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        let count = Vector.scalarCount
        var channel = 0
        while channel < channels {
            for column in 0..<6 {
                let t = TileLine(
                    at: (pixels[column] + channel, pixels[column &+ 6] + channel, pixels[column &+ 12] + channel),
                    (pixels[column &+ 18] + channel, pixels[column &+ 24] + channel, pixels[column &+ 30] + channel)
                ).inputTransformed
                t.store(to: scratch + column &* count, stride: 6 &* count)
            }
            for row in 0..<6 {
                let line = TileLine(at: scratch + row &* 6 &* count, stride: count)
                line.inputTransformed.store(
                    to: planes + (row &* 6 &* planeStride &+ channel), stride: planeStride)
            }
            channel &+= count
        }
    }

    package static func transformGradient(
        _ pixels: UnsafePointer<UnsafePointer<Float>>, into planes: UnsafeMutablePointer<Float>, planeStride: Int,
        channels: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        let count = Vector.scalarCount
        var channel = 0
        while channel < channels {
            for column in 0..<4 {
                let t = gradientTransformed(
                    Vector(at: pixels[column] + channel), Vector(at: pixels[column &+ 4] + channel),
                    Vector(at: pixels[column &+ 8] + channel), Vector(at: pixels[column &+ 12] + channel))
                t.store(to: scratch + column &* count, stride: 4 &* count)
            }
            for row in 0..<6 {
                let line = scratch + row &* 4 &* count
                let t = gradientTransformed(
                    Vector(at: line), Vector(at: line + count), Vector(at: line + count &* 2),
                    Vector(at: line + count &* 3))
                t.store(to: planes + (row &* 6 &* planeStride &+ channel), stride: planeStride)
            }
            channel &+= count
        }
    }

    package static func transformOutput(_ tile: WinogradTile, scratch: UnsafeMutablePointer<Float>) {
        let count = Vector.scalarCount
        let isWhole = tile.rows == 4 && tile.columns == 4 && tile.channels.isMultiple(of: count)
        var channel = 0
        while channel < tile.channels {
            for column in 0..<6 {
                let sums = TileLine(
                    at: tile.sums + (column &* tile.planeStride &+ channel), stride: tile.planeStride &* 6)
                sums.outputTransformed.store(to: scratch + column &* count, stride: 6 &* count)
            }
            let bias = Vector(at: tile.finish.bias + channel)
            if isWhole {
                writeWhole(tile, channel, bias, scratch)
            } else {
                writePart(tile, channel, bias, scratch)
            }
            channel &+= count
        }
    }

    /// All sixteen pixels, and the four largest ones.
    @inline(__always)
    private static func writeWhole(
        _ tile: WinogradTile, _ channel: Int, _ bias: Vector, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let count = Vector.scalarCount
        for pair in 0..<2 {
            var upper = TileLine(at: scratch + pair &* 12 &* count, stride: count).outputTransformed
            var lower = TileLine(at: scratch + (pair &* 12 &+ 6) &* count, stride: count).outputTransformed
            let place = pair &* 2 &* tile.rowStride &+ channel
            upper.finish(tile, bias, place)
            lower.finish(tile, bias, place &+ tile.rowStride)
            upper.store(to: tile.corner + place, stride: tile.pixelStride)
            lower.store(to: tile.corner + (place &+ tile.rowStride), stride: tile.pixelStride)
            guard let pooled = tile.pooled else { continue }
            let window = pooled + (pair &* tile.pooledRowStride &+ channel)
            upper.v0.larger(upper.v1).larger(lower.v0).larger(lower.v1).store(to: window)
            upper.v2.larger(upper.v3).larger(lower.v2).larger(lower.v3).store(to: window + tile.pixelStride)
        }
    }

    /// The pixels that lie on the map, and the largest ones of the windows that do.
    private static func writePart(
        _ tile: WinogradTile, _ channel: Int, _ bias: Vector, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let count = Vector.scalarCount
        let channels = tile.channels &- channel
        for row in 0..<tile.rows {
            let line = scratch + row &* 6 &* count
            TileLine(at: line, stride: count).outputTransformed.store(to: line, stride: count)
            for column in 0..<tile.columns {
                let place = row &* tile.rowStride &+ column &* tile.pixelStride &+ channel
                var value = Vector(at: line + column &* count) + bias
                if let residual = tile.finish.residual {
                    for lane in 0..<min(count, channels) { value[lane] += residual[place &+ lane] }
                }
                if tile.finish.isRectified { value = value.rectified }
                value.store(to: line + column &* count)
                value.store(to: tile.corner + place, first: channels)
            }
        }
        guard let pooled = tile.pooled else { return }
        for row in 0..<tile.rows / 2 {
            for column in 0..<tile.columns / 2 {
                let upper = scratch + (row &* 12 &+ column &* 2) &* count
                let lower = upper + 6 &* count
                Vector(at: upper).larger(Vector(at: upper + count))
                    .larger(Vector(at: lower)).larger(Vector(at: lower + count))
                    .store(
                        to: pooled + (row &* tile.pooledRowStride &+ column &* tile.pixelStride &+ channel),
                        first: channels)
            }
        }
    }

    /// A d along one axis.
    @inline(__always)
    private static func gradientTransformed(_ d0: Vector, _ d1: Vector, _ d2: Vector, _ d3: Vector) -> TileLine {
        let evenA = d0.adding(a2, times: d2)
        let oddA = (d1 * a).adding(a3, times: d3)
        let evenB = d0.adding(b2, times: d2)
        let oddB = (d1 * b).adding(b3, times: d3)
        return TileLine(
            v0: d0, v1: evenA + oddA, v2: evenA - oddA, v3: evenB + oddB, v4: evenB - oddB, v5: d3)
    }
}

/// Six values of a tile along one axis.
struct TileLine {
    var v0: Vector
    var v1: Vector
    var v2: Vector
    var v3: Vector
    var v4: Vector
    var v5: Vector

    @inline(__always)
    init(v0: Vector, v1: Vector, v2: Vector, v3: Vector, v4: Vector, v5: Vector) {
        (self.v0, self.v1, self.v2, self.v3, self.v4, self.v5) = (v0, v1, v2, v3, v4, v5)
    }

    @inline(__always)
    init(at floats: UnsafePointer<Float>, stride: Int) {
        v0 = Vector(at: floats)
        v1 = Vector(at: floats + stride)
        v2 = Vector(at: floats + stride &* 2)
        v3 = Vector(at: floats + stride &* 3)
        v4 = Vector(at: floats + stride &* 4)
        v5 = Vector(at: floats + stride &* 5)
    }

    typealias Three = (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)

    @inline(__always)
    init(at upper: Three, _ lower: Three) {
        (v0, v1, v2) = (Vector(at: upper.0), Vector(at: upper.1), Vector(at: upper.2))
        (v3, v4, v5) = (Vector(at: lower.0), Vector(at: lower.1), Vector(at: lower.2))
    }

    @inline(__always)
    func store(to floats: UnsafeMutablePointer<Float>, stride: Int) {
        v0.store(to: floats)
        v1.store(to: floats + stride)
        v2.store(to: floats + stride &* 2)
        v3.store(to: floats + stride &* 3)
        v4.store(to: floats + stride &* 4)
        v5.store(to: floats + stride &* 5)
    }

    /// Bᵀ d.
    @inline(__always)
    fileprivate var inputTransformed: TileLine {
        let u = v4.adding(-b2, times: v2)
        let v = v3.adding(-b2, times: v1)
        let w = v4.adding(-a2, times: v2)
        let z = v3.adding(-a2, times: v1)
        return TileLine(
            v0: v4.adding(-s, times: v2).adding(q, times: v0), v1: u.adding(a, times: v), v2: u.adding(-a, times: v),
            v3: w.adding(b, times: z), v4: w.adding(-b, times: z), v5: v5.adding(-s, times: v3).adding(q, times: v1))
    }

    /// Aᵀ m.
    @inline(__always)
    fileprivate var outputTransformed: PixelLine {
        let p = v1 + v2
        let d = v1 - v2
        let r = v3 + v4
        let t = v3 - v4
        return PixelLine(
            v0: v0 + p + r, v1: (d * a).adding(b, times: t), v2: (p * a2).adding(b2, times: r),
            v3: v5.adding(a3, times: d).adding(b3, times: t))
    }
}

/// Four pixels of a tile along one axis.
private struct PixelLine {
    var v0: Vector
    var v1: Vector
    var v2: Vector
    var v3: Vector

    @inline(__always)
    func store(to floats: UnsafeMutablePointer<Float>, stride: Int) {
        v0.store(to: floats)
        v1.store(to: floats + stride)
        v2.store(to: floats + stride &* 2)
        v3.store(to: floats + stride &* 3)
    }

    /// Bias, residual and rectifier for the pixels of a row whose first channel lies at `place` of the output.
    @inline(__always)
    mutating func finish(_ tile: WinogradTile, _ bias: Vector, _ place: Int) {
        (v0, v1, v2, v3) = (v0 + bias, v1 + bias, v2 + bias, v3 + bias)
        if let residual = tile.finish.residual {
            let pixel = residual + place
            v0 += Vector(at: pixel)
            v1 += Vector(at: pixel + tile.pixelStride)
            v2 += Vector(at: pixel + tile.pixelStride &* 2)
            v3 += Vector(at: pixel + tile.pixelStride &* 3)
        }
        guard tile.finish.isRectified else { return }
        (v0, v1, v2, v3) = (v0.rectified, v1.rectified, v2.rectified, v3.rectified)
    }
}
