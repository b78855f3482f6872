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
    /// `[columns / 16][channel][16]`, zeros in the columns that are not there.
    private let panels: FloatBuffer

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
        let width = MatrixStrip.columns
        let count = (columns + width - 1) / width * channels * width
        panels = FloatBuffer(count: count)
        panels.floats.initialize(repeating: 0, count: count)
        for channel in 0..<channels {
            for column in 0..<columns {
                let (panel, lane) = column.quotientAndRemainder(dividingBy: width)
                panels.floats[(panel * channels + channel) * width + lane] = values[channel * columns + column]
            }
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
        let width = MatrixStrip.columns
        let strip = MatrixStrip(leftRowStride: channels, leftStep: 1, rightStride: width, productStride: columns)
        // Where the last panel is not full, its strip lands here first.
        let partStrip = MatrixStrip(leftRowStride: channels, leftStep: 1, rightStride: width, productStride: width)
        let part = FloatBuffer(count: MatrixStrip.rows * width)
        // Rows that stay in the second-level cache while all panels pass over them.
        let block = max(1, (1 << 16) / channels / MatrixStrip.rows) * MatrixStrip.rows
        for blockStart in stride(from: 0, to: pixels, by: block) {
            let blockEnd = min(pixels, blockStart + block)
            for first in stride(from: 0, to: columns, by: width) {
                let panel = panels.floats + first * channels
                let lanes = min(width, columns - first)
                for pixel in stride(from: blockStart, to: blockEnd, by: MatrixStrip.rows) {
                    let rows = min(MatrixStrip.rows, blockEnd - pixel)
                    let left = maps + pixel * channels
                    let destination = result + (pixel * columns + first)
                    if lanes == width {
                        strip.multiply(left, panel, destination, rows: rows, depth: channels, adding: false)
                    } else {
                        partStrip.multiply(left, panel, part.floats, rows: rows, depth: channels, adding: false)
                        for row in 0..<rows {
                            (destination + row * columns).update(from: part.floats + row * width, count: lanes)
                        }
                    }
                }
            }
        }
    }
}
