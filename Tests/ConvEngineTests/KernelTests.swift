import ConvEngine
import KernelInterface
import Testing

/// Every build of the kernels on the same operands, which end at guard pages; what may not be written is NaN before and after.
@Suite("Kernels")
struct KernelTests {
    /// The plain kernels round each product, the others only sums.
    private func check(_ results: [[Float]], _ reference: [Float], sourceLocation: SourceLocation = #_sourceLocation) {
        for (kernels, result) in zip(Processor.usableKernels, results) {
            let deviation = Deviation(of: result, from: reference.map(Double.init))
            #expect(deviation.rms <= 1e-6, "\(kernels.instructions)", sourceLocation: sourceLocation)
        }
        // NaN is not equal to itself, so bits are compared.
        let bits = results.dropLast().map { $0.map(\.bitPattern) }
        #expect(Set(bits).count <= 1, "AVX-512 and AVX2 differ", sourceLocation: sourceLocation)
    }

    private static func packed(_ matrix: [Float], depth: Int, columns: Int) -> [Float] {
        let width = (columns + 15) / 16 * 16
        var packed = [Float](repeating: 0, count: width * depth)
        for k in 0..<depth {
            for column in 0..<columns {
                packed[column / 16 * 16 * depth + k * 16 + column % 16] = matrix[k * columns + column]
            }
        }
        return packed
    }

    @Test(arguments: [1, 2, 3, 5, 11, 12, 13, 24, 31], [1, 7, 16, 17, 32, 40, 48, 70])
    func `a product of any number of rows and columns`(rows: Int, columns: Int) {
        for (depth, isRectified, hasResidual) in [(1, false, false), (37, true, false), (64, true, true)] {
            var random = RandomValues(seed: rows * 100 + columns)
            let (left, matrix) = (random.values(rows * depth), random.values(depth * columns))
            let (bias, residual) = (random.values((columns + 15) / 16 * 16), random.values(rows * columns))
            let reference = (0..<rows * columns).map { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                var sum = (0..<depth).reduce(0.0) {
                    $0 + Double(left[row * depth + $1]) * Double(matrix[$1 * columns + column])
                }
                sum += Double(bias[column]) + (hasResidual ? Double(residual[index]) : 0)
                return Float(isRectified ? max(0, sum) : sum)
            }
            let operands = [left, Self.packed(matrix, depth: depth, columns: columns), bias, residual].map(
                GuardedFloats.init)
            let results = Processor.usableKernels.map { kernels in
                let product = GuardedFloats([Float](repeating: .nan, count: rows * columns))
                kernels.multiply(
                    PackedProduct(
                        left: operands[0].floats, leftStride: depth, packed: operands[1].floats,
                        product: product.floats,
                        productStride: columns, rows: rows, depth: depth, columns: columns,
                        finish: Finish(
                            bias: operands[2].floats, residual: hasResidual ? UnsafePointer(operands[3].floats) : nil,
                            isRectified: isRectified)))
                return product.values
            }
            check(results, reference)
        }
    }

    @Test(arguments: [1, 4, 12, 13, 30], [1, 5, 191, 192, 193, 400])
    func `a transposed product, from nothing and continued`(rows: Int, depth: Int) {
        for columns in [16, 32, 48, 80] {
            var random = RandomValues(seed: rows * 1_000 + depth)
            let (left, right) = (random.values(depth * rows), random.values(depth * columns))
            let start = random.values(rows * columns)
            for isContinued in [false, true] {
                let reference = (0..<rows * columns).map { index in
                    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                    return Float(
                        (0..<depth).reduce(isContinued ? Double(start[index]) : 0) {
                            $0 + Double(left[$1 * rows + row]) * Double(right[$1 * columns + column])
                        })
                }
                let operands = [left, right].map(GuardedFloats.init)
                let results = Processor.usableKernels.map { kernels in
                    let product = GuardedFloats(isContinued ? start : [Float](repeating: .nan, count: start.count))
                    kernels.multiplyTransposed(
                        TransposedProduct(
                            left: operands[0].floats, leftStride: rows, right: operands[1].floats, rightStride: columns,
                            product: product.floats, productStride: columns, rows: rows, depth: depth, columns: columns,
                            isContinued: isContinued))
                    return product.values
                }
                check(results, reference)
            }
        }
    }

    @Test(arguments: [1, 7, 16, 33, 64])
    func `the transforms of tiles and filters`(channels: Int) {
        var random = RandomValues(seed: channels)
        let padded = (channels + 15) / 16 * 16
        let scratch = GuardedFloats([Float](repeating: .nan, count: WinogradTile.scratchCount))
        // A pixel may be read to the end of its last vector, as the tensors allow; a plane is written so far.
        let pixels = (0..<36).map { _ in GuardedFloats(random.values(padded)) }
        let pointers = pixels.map { UnsafePointer($0.floats) }
        let weights = GuardedFloats(random.values(padded * 9))
        typealias Transform = (any KernelSet.Type, UnsafeMutablePointer<Float>) -> Void
        let transforms: [(String, Transform)] = [
            (
                "input",
                {
                    $0.transformInput(
                        pointers, into: $1, planeStride: padded, channels: channels, scratch: scratch.floats)
                }
            ),
            (
                "gradient",
                {
                    $0.transformGradient(
                        pointers, into: $1, planeStride: padded, channels: channels, scratch: scratch.floats)
                }
            ),
            (
                "filter",
                { kernels, planes in
                    for input in 0..<padded / 16 {
                        kernels.transformFilter(
                            weights.floats + input * 144, into: planes + input * 16, planeStride: padded)
                    }
                }
            ),
        ]
        for (name, transform) in transforms {
            let results = Processor.usableKernels.map { kernels in
                let planes = GuardedFloats([Float](repeating: .nan, count: 36 * padded))
                transform(kernels, planes.floats)
                return (0..<36 * channels).map { planes.values[$0 / channels * padded + $0 % channels] }
            }
            #expect(!results[0].contains { $0.isNaN }, "\(name)")
            check(results, results[results.count - 1])
        }
    }

    @Test(arguments: [(4, 4), (1, 4), (3, 2), (2, 1)], [1, 16, 40])
    func `a tile is written as far as it lies on the map`(size: (rows: Int, columns: Int), channels: Int) {
        var random = RandomValues(seed: channels + size.rows)
        let padded = (channels + 15) / 16 * 16
        let sums = GuardedFloats(random.values(36 * padded))
        let bias = GuardedFloats(random.values(padded))
        let scratch = GuardedFloats([Float](repeating: .nan, count: WinogradTile.scratchCount))
        let results = Processor.usableKernels.map { kernels in
            // Two rows and columns of pixels more than the tile may write to; the guard page is behind the last.
            let map = GuardedFloats([Float](repeating: .nan, count: size.rows * (size.columns + 2) * channels))
            kernels.transformOutput(
                WinogradTile(
                    sums: sums.floats, planeStride: padded, channels: channels, corner: map.floats,
                    rowStride: (size.columns + 2) * channels, pixelStride: channels, rows: size.rows,
                    columns: size.columns, finish: Finish(bias: bias.floats, isRectified: true)),
                scratch: scratch.floats)
            return map.values
        }
        for (index, value) in results[0].enumerated() {
            let column = index / channels % (size.columns + 2)
            #expect(value.isNaN == (column >= size.columns))
        }
        check(results.map { $0.filter { !$0.isNaN } }, results[results.count - 1].filter { !$0.isNaN })
    }
}
