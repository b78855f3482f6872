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
            var sums = ChannelSums(channels: ranges[index], columns: columns)
            for (output, maps) in zip(outputs, maps) { sums.add(output, at: maps) }
            return sums.values
        }.flatMap(\.self)
    }

    /// Eight strips.
    private static let channelsAtOnce = 48
}

/// The gradient by a few channels' weights, as it grows image by image.
private struct ChannelSums {
    private let channels: Range<Int>
    private let columns: Int
    private let strip: MatrixStrip
    /// `[channel][column]`, columns rounded up to whole vectors.
    private let sums: FloatBuffer
    /// These channels of a block of pixels, side by side.
    private let gathered: FloatBuffer

    /// Pixels whose gathered channels stay in the first-level cache.
    private static let pixelsAtOnce = 96

    init(channels: Range<Int>, columns: Int) {
        self.channels = channels
        self.columns = columns
        let width = MatrixStrip.columns
        let paddedColumns = (columns + width - 1) / width * width
        strip = MatrixStrip(
            leftRowStride: 1, leftStep: channels.count, rightStride: columns, productStride: paddedColumns)
        sums = FloatBuffer(count: channels.count * paddedColumns)
        sums.floats.initialize(repeating: 0, count: channels.count * paddedColumns)
        gathered = FloatBuffer(count: Self.pixelsAtOnce * channels.count)
    }

    var values: [Float] {
        (0..<channels.count).flatMap { channel in
            UnsafeBufferPointer(start: sums.floats + channel * strip.productStride, count: columns)
        }
    }

    mutating func add(_ output: Tensor, at maps: Tensor) {
        let pixels = maps.shape.pixels
        let depth = maps.shape.channels
        maps.withUnsafeBufferPointer { maps in
            output.withUnsafeBufferPointer { output in
                guard let maps = maps.baseAddress, let output = output.baseAddress else { return }
                let source = maps + channels.lowerBound
                for first in stride(from: 0, to: pixels, by: Self.pixelsAtOnce) {
                    let count = min(Self.pixelsAtOnce, pixels - first)
                    for pixel in 0..<count {
                        (gathered.floats + pixel * channels.count)
                            .update(from: source + (first + pixel) * depth, count: channels.count)
                    }
                    multiply(output + first * columns, count)
                }
            }
        }
    }

    /// The last vector of a pixel's columns reaches into the next pixel, or into the slack of the tensor; the sums of those
    /// lanes are dropped.
    private func multiply(_ output: UnsafePointer<Float>, _ pixels: Int) {
        for column in stride(from: 0, to: columns, by: MatrixStrip.columns) {
            for channel in stride(from: 0, to: channels.count, by: MatrixStrip.rows) {
                strip.multiply(
                    gathered.floats + channel, output + column, sums.floats + (channel * strip.productStride + column),
                    rows: min(MatrixStrip.rows, channels.count - channel), depth: pixels, adding: true)
            }
        }
    }
}
