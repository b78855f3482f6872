import ConvEngine
import Testing

@Suite("Padding")
struct PaddingTests {
    /// What NumPy's `pad` makes of [0, 1, 2, 3, 4] with a width of 3: modes reflect, edge and wrap.
    private static let sources: [(Padding, [Int])] = [
        (.reflect(3), [3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1]),
        (.replicate(3), [0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4]),
        (.circular(3), [2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2]),
    ]

    /// Kernels 3, 5 and 7 of the gathered algorithm, then 3 of the Winograd algorithm.
    private static let layers = [(3, 3, 2), (5, 2, 1), (7, 3, 2), (3, 16, 1)]

    @Test(arguments: sources, layers)
    func `a padded convolution is the plain one of the padded map`(
        padding: (Padding, [Int]), layer: (kernel: Int, channels: Int, stride: Int)
    ) throws {
        var random = RandomValues(seed: layer.kernel)
        let filter = try random.filter(layer.channels, layer.channels, layer.kernel)
        let bias = random.values(layer.channels)
        let map = random.tensor(2, 5, 5, layer.channels)
        var padded = Tensor(Shape(images: 2, height: 11, width: 11, channels: layer.channels))
        for image in 0..<2 {
            for (row, y) in padding.1.enumerated() {
                for (column, x) in padding.1.enumerated() {
                    for channel in 0..<layer.channels {
                        padded[image, row, column, channel] = map[image, y, x, channel]
                    }
                }
            }
        }
        let output = try Convolution("padded", filter: filter, bias: bias, stride: layer.stride, padding: padding.0)(
            map)
        let expected = Reference.convolution(
            padded, filter, bias: bias, stride: layer.stride, padding: 0, isRectified: false)
        #expect(Deviation(of: output.values, from: expected).largest <= 2e-5)
    }

    @Test(arguments: [Padding.reflect(1), .circular(2), .reflect(3)])
    func `a map that has too few pixels for its padding is refused`(padding: Padding) throws {
        let filter = try Filter(outputChannels: 1, inputChannels: 1, kernel: 1, values: [1])
        let layer = try Convolution("small", filter: filter, bias: [0], padding: padding)
        let map = Shape(images: 1, height: 9, width: 1, channels: 1)
        #expect(throws: ShapeError.smallerThanPadding(map, of: "small", padding: padding)) {
            try layer.outputShape(for: map)
        }
    }
}
