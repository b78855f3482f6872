import ConvEngine
import Testing

@Suite("Gradient by the filters")
struct FilterGradientTests {
    /// `[row][column][channel][output]`, as the definition says, in double precision.
    private func reference(_ outputs: [Tensor], _ inputs: [Tensor], kernel: Int, padding: Int) -> [Double] {
        let (channels, columns) = (inputs[0].shape.channels, outputs[0].shape.channels)
        var result = [Double](repeating: 0, count: kernel * kernel * channels * columns)
        for (output, input) in zip(outputs, inputs) {
            for index in result.indices {
                let (place, rest) = index.quotientAndRemainder(dividingBy: channels * columns)
                for i in 0..<output.shape.height {
                    for j in 0..<output.shape.width {
                        let (y, x) = (i + place / kernel - padding, j + place % kernel - padding)
                        guard (0..<input.shape.height).contains(y), (0..<input.shape.width).contains(x) else {
                            continue
                        }
                        result[index] +=
                            Double(input[0, y, x, rest / columns]) * Double(output[0, i, j, rest % columns])
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: [(1, 0), (1, 2), (3, 0), (3, 1), (5, 1), (7, 3)], [(1, 1), (3, 5), (17, 8)])
    func `it agrees with the formula, on any number of threads`(
        kernel: (side: Int, padding: Int), channels: (inputs: Int, outputs: Int)
    ) throws {
        var random = RandomValues(seed: kernel.side)
        let side = 8 + 2 * kernel.padding - kernel.side
        let inputs = (0..<3).map { _ in random.tensor(1, 7, 6, channels.inputs) }
        let outputs = (0..<3).map { _ in random.tensor(1, side, side - 1, channels.outputs) }
        func gradient(threads: Int) -> [Float] {
            Convolution.filterGradient(
                of: outputs, at: inputs, kernel: kernel.side, padding: kernel.padding, team: ImageTeam(threads: threads)
            )
        }
        let one = gradient(threads: 1)
        let expected = reference(outputs, inputs, kernel: kernel.side, padding: kernel.padding)
        #expect(Deviation(of: one, from: expected).largest <= 1e-5)
        #expect(gradient(threads: 2) == one)
    }

    @Test func `there is none without images`() {
        #expect(Convolution.filterGradient(of: [], at: [], kernel: 3, padding: 0, team: ImageTeam(threads: 1)).isEmpty)
    }

    /// A quick layer is the same layer.
    @Test func `weights in training are convolved as others are`() throws {
        var random = RandomValues(seed: 9)
        let (filter, bias, input) = (try random.filter(24, 20, 3), random.values(24), random.tensor(2, 13, 9, 20))
        let quick = try Convolution("q", filter: filter, bias: bias, padding: .zero(1), preparation: .quick)(input)
        let expected = Reference.convolution(input, filter, bias: bias, stride: 1, padding: 1, isRectified: false)
        #expect(Deviation(of: quick.values, from: expected).largest <= 1e-5)
    }
}
