internal import KernelInterface

/// Mixes the channels of every pixel into columns: the product of feature maps with a matrix.
///
///     y[i, j, n] = Σ c  x[i, j, c] · w[c, n]
///
/// The columns of many fits are stacked into one matrix, so that the features are read once for all of them. Every value is
/// the sum over ascending c, by fused multiply-adds from zero, and so each column is bit for bit what it would be alone:
/// however many columns, rows and threads there are. A general matrix product does not promise that, which is why this one
/// is ours.
///
/// ```swift
/// let projection = Projection(channels: 512, columns: 45, values: weights)
/// let maps = projection(features, image: 3)         // [8, 28, 28, 512] → [1, 28, 28, 45]
/// ```
package struct Projection: Sendable {
    package let channels: Int
    package let columns: Int
    private let weights: PackedMatrix
    /// A bias for sums that go on from what is there.
    private let zeros: FloatBuffer

    /// A projection with these weights.
    ///
    /// - Parameters:
    ///   - channels: Number of channels of the maps.
    ///   - columns: Number of columns of the product.
    ///   - values: The weights, `[channel][column]`.
    /// - Precondition: Neither number is zero or negative, and there are `channels · columns` values.
    package init(channels: Int, columns: Int, values: [Float]) {
        precondition(channels > 0 && columns > 0, "a projection has channels and columns")
        precondition(values.count == channels * columns, "the values do not fill the projection")
        self.channels = channels
        self.columns = columns
        weights = PackedMatrix(depth: channels, columns: columns) { channel, column in
            values[channel * columns + column]
        }
        zeros = FloatBuffer(count: PackedMatrix.padded(columns) + FloatBuffer.slack)
        zeros.floats.initialize(repeating: 0, count: PackedMatrix.padded(columns) + FloatBuffer.slack)
    }

    /// The projected maps of one image, `[1, height, width, columns]`.
    ///
    /// - Precondition: The image exists and has `channels` channels.
    package func callAsFunction(_ maps: Tensor, image: Int) -> Tensor {
        let shape = maps.shape
        var result = Tensor(
            uninitialized: Shape(images: 1, height: shape.height, width: shape.width, channels: columns))
        project(maps, image, into: &result, isAdded: false)
        return result
    }

    /// Adds the projected maps of one image to others, `[1, height, width, columns]`.
    ///
    /// - Precondition: The image exists, has `channels` channels, and its projected maps have the shape of the sums.
    package func add(_ maps: Tensor, image: Int, to sums: inout Tensor) {
        let shape = maps.shape
        precondition(
            sums.shape == Shape(images: 1, height: shape.height, width: shape.width, channels: columns),
            "the sums have another shape than the projected maps")
        project(maps, image, into: &sums, isAdded: true)
    }

    private func project(_ maps: Tensor, _ image: Int, into result: inout Tensor, isAdded: Bool) {
        let (shape, zeros) = (maps.shape, zeros.floats)
        precondition(shape.channels == channels, "the maps have another number of channels than the projection")
        precondition((0..<shape.images).contains(image), "no such image to project")
        maps.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
                let pixels = source + image * shape.pixels * channels
                for first in stride(from: 0, to: shape.pixels, by: Self.pixelsAtOnce) {
                    let place = destination + first * columns
                    weights.multiply(
                        pixels + first * channels, stride: channels, into: place, stride: columns,
                        rows: min(Self.pixelsAtOnce, shape.pixels - first), columns: 0..<columns,
                        finish: isAdded ? Finish(bias: zeros, residual: place, isRectified: false) : nil)
                }
            }
        }
    }

    /// Rows that stay in the cache while all panels pass over them.
    private static let pixelsAtOnce = 96
}
