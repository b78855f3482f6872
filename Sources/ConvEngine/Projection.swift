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
    }

    /// The projected maps of one image, `[1, height, width, columns]`.
    ///
    /// - Precondition: The image exists and has `channels` channels.
    package func callAsFunction(_ maps: Tensor, image: Int) -> Tensor {
        let shape = maps.shape
        precondition(shape.channels == channels, "the maps have another number of channels than the projection")
        precondition((0..<shape.images).contains(image), "no such image to project")
        var result = Tensor(
            uninitialized: Shape(images: 1, height: shape.height, width: shape.width, channels: columns))
        maps.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
                multiply(source + image * shape.pixels * channels, shape.pixels, destination)
            }
        }
        return result
    }

    private func multiply(
        _ maps: UnsafePointer<Float>, _ pixels: Int, _ result: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: pixels, by: Self.pixelsAtOnce) {
            weights.multiply(
                maps + first * channels, stride: channels, into: result + first * columns, stride: columns,
                rows: min(Self.pixelsAtOnce, pixels - first), columns: 0..<columns)
        }
    }

    /// Rows that stay in the cache while all panels pass over them.
    private static let pixelsAtOnce = 96
}
