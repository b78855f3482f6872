internal import KernelInterface

extension Projection {
    /// The gradient of a loss by the weights of a projection.
    ///
    ///     g[c, n] = Σ images Σ pixels  x[image, pixel, c] · d[image, pixel, n]
    ///
    /// Every value is the sum over the images in the given order and their pixels ascending, by fused multiply-adds from zero.
    /// As in the forward pass a column is bit for bit what it would be alone, on any number of threads.
    ///
    /// - Parameters:
    ///   - outputs: The gradient by each image's projected maps, `[1, height, width, columns]`.
    ///   - maps: The feature maps that were projected, `[1, height, width, channels]` for each of the outputs.
    ///   - team: Takes a range of channels at a time.
    /// - Returns: `[channel][column]`, empty without images.
    /// - Precondition: There are as many outputs as maps, of the maps' height and width, and all have the same columns.
    package static func gradient(
        of outputs: [Tensor], at maps: [Tensor], team: ImageTeam
    ) -> [Float] {
        precondition(outputs.count == maps.count, "an output gradient for each image")
        guard let columns = outputs.first?.shape.channels, let shape = maps.first?.shape else { return [] }
        let expected = Shape(images: 1, height: shape.height, width: shape.width, channels: columns)
        precondition(outputs.allSatisfy { $0.shape == expected }, "an output gradient has another shape than its maps")
        precondition(shape.images == 1 && maps.allSatisfy { $0.shape == shape }, "maps of one image and one shape each")
        let ranges = stride(from: 0, to: shape.channels, by: channelsAtOnce).map { first in
            first..<min(first + channelsAtOnce, shape.channels)
        }
        return team.map(ranges.count) { index in
            let sums = ProjectedSums(channels: ranges[index], columns: columns)
            for (output, maps) in zip(outputs, maps) { sums.add(output, at: maps) }
            return sums.values
        }.flatMap(\.self)
    }

    /// Eight strips.
    private static let channelsAtOnce = 48
}

/// The gradient by a few channels' weights, as it grows image by image.
private struct ProjectedSums {
    private let channels: Range<Int>
    private let columns: Int
    private let rowStride: Int
    /// `[channel][column]`, columns rounded up to whole vectors.
    private let sums: FloatBuffer

    init(channels: Range<Int>, columns: Int) {
        self.channels = channels
        self.columns = columns
        rowStride = PackedMatrix.padded(columns)
        sums = FloatBuffer(count: channels.count * rowStride)
        sums.floats.initialize(repeating: 0, count: channels.count * rowStride)
    }

    var values: [Float] {
        (0..<channels.count).flatMap { channel in
            UnsafeBufferPointer(start: sums.floats + channel * rowStride, count: columns)
        }
    }

    /// The last vector of a pixel's columns reaches into the next pixel, or into the slack of the tensor; the sums of those
    /// lanes are dropped.
    func add(_ output: Tensor, at maps: Tensor) {
        maps.withUnsafeBufferPointer { maps in
            output.withUnsafeBufferPointer { output in
                guard let left = maps.baseAddress, let right = output.baseAddress else { return }
                let depth = output.count / columns
                Processor.kernels.multiplyTransposed(
                    TransposedProduct(
                        left: left + channels.lowerBound, leftStride: maps.count / depth, right: right,
                        rightStride: columns, product: sums.floats, productStride: rowStride, rows: channels.count,
                        depth: depth, columns: columns, isContinued: true))
            }
        }
    }
}
