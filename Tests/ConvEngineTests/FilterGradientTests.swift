import ConvEngine
import Testing

@Suite("Gradients of a convolution")
struct FilterGradientTests {
    struct Case: CustomStringConvertible {
        let kernel: Int
        let stride: Int
        let padding: Padding
        let inputs: Int
        let outputs: Int
        let side: Int

        var description: String { "\(kernel)x\(kernel) by \(stride), \(padding), \(inputs) → \(outputs), \(side)" }
    }

    /// Every kind of layer, every remainder of a tile, channels on both sides of a vector.
    static let cases: [Case] =
        (1...9).map { Case(kernel: 3, stride: 1, padding: .zero(1), inputs: 16, outputs: 17, side: $0) }
        + [
            Case(kernel: 3, stride: 1, padding: .none, inputs: 64, outputs: 72, side: 11),
            Case(kernel: 3, stride: 1, padding: .zero(1), inputs: 72, outputs: 64, side: 28),
            Case(kernel: 3, stride: 1, padding: .zero(1), inputs: 17, outputs: 32, side: 20),
            Case(kernel: 3, stride: 1, padding: .zero(2), inputs: 16, outputs: 16, side: 6),
            Case(kernel: 3, stride: 1, padding: .zero(3), inputs: 16, outputs: 16, side: 5),
            Case(kernel: 3, stride: 1, padding: .zero(1), inputs: 3, outputs: 64, side: 13),
            Case(kernel: 3, stride: 1, padding: .reflect(1), inputs: 16, outputs: 16, side: 9),
            Case(kernel: 3, stride: 1, padding: .circular(1), inputs: 5, outputs: 3, side: 6),
            Case(kernel: 3, stride: 1, padding: .replicate(1), inputs: 16, outputs: 16, side: 7),
            Case(kernel: 3, stride: 2, padding: .zero(1), inputs: 17, outputs: 16, side: 12),
            Case(kernel: 3, stride: 2, padding: .none, inputs: 5, outputs: 64, side: 9),
            Case(kernel: 1, stride: 1, padding: .none, inputs: 72, outputs: 16, side: 7),
            Case(kernel: 1, stride: 2, padding: .none, inputs: 16, outputs: 72, side: 7),
            Case(kernel: 7, stride: 2, padding: .zero(3), inputs: 3, outputs: 64, side: 19),
            Case(kernel: 7, stride: 1, padding: .zero(3), inputs: 5, outputs: 1, side: 10),
        ]

    private struct Sample {
        let convolution: Convolution
        let input: Tensor
        let slope: Tensor

        init(_ test: Case, images: Int = 3) throws {
            var random = RandomValues(seed: test.side + 31 * test.inputs)
            convolution = try Convolution(
                "c", filter: random.filter(test.outputs, test.inputs, test.kernel),
                bias: Array(repeating: 0, count: test.outputs), stride: test.stride, padding: test.padding)
            input = random.tensor(images, test.side, test.side + 1, test.inputs)
            let shape = try convolution.outputShape(for: input.shape)
            slope = Tensor(shape, values: random.values(shape.count))
        }
    }

    /// `⟨a, b⟩` in double precision.
    private func product(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private func norm(_ a: [Float]) -> Double { product(a, a).squareRoot() }

    @Test(arguments: cases)
    func `a convolution and its gradients are adjoint`(test: Case) throws {
        let (sample, team) = (try Sample(test), ImageTeam(threads: 2))
        let (input, slope) = (sample.input, sample.slope)
        let forward = sample.convolution(input)
        let scale = norm(forward.values) * norm(slope.values)
        let there = product(forward.values, slope.values)
        let back = InputGradient(of: sample.convolution)(of: slope, input: input.shape)
        #expect(abs(product(input.values, back.values) - there) <= 1e-5 * scale)
        let filter = sample.convolution.filterGradient(of: [slope], at: [input], team: team)
        #expect(abs(product(sample.convolution.filter.values, filter) - there) <= 1e-5 * scale)
    }

    /// One weight and one pixel at a time, which an inner product could miss.
    @Test(arguments: cases.filter { $0.side < 14 })
    func `each value is the formula's`(test: Case) throws {
        let sample = try Sample(test, images: 2)
        let (input, slope, filter) = (sample.input, sample.slope, sample.convolution.filter)
        let lines = positions(test.padding, input.shape.height)
        let places = positions(test.padding, input.shape.width)
        var byFilter = [Double](repeating: 0, count: filter.values.count)
        var byInput = [Double](repeating: 0, count: input.shape.count)
        for image in 0..<2 {
            for i in 0..<slope.shape.height {
                for j in 0..<slope.shape.width {
                    for place in 0..<test.kernel * test.kernel {
                        let y = lines[i * test.stride + place / test.kernel]
                        let x = places[j * test.stride + place % test.kernel]
                        guard y >= 0, x >= 0 else { continue }
                        let pixel = ((image * input.shape.height + y) * input.shape.width + x) * test.inputs
                        for output in 0..<test.outputs {
                            let gradient = Double(slope[image, i, j, output])
                            for channel in 0..<test.inputs {
                                let weight = (output * test.inputs + channel) * test.kernel * test.kernel + place
                                byFilter[weight] += gradient * Double(input[image, y, x, channel])
                                byInput[pixel + channel] += gradient * Double(filter.values[weight])
                            }
                        }
                    }
                }
            }
        }
        let ours = sample.convolution.filterGradient(of: [slope], at: [input], team: ImageTeam(threads: 1))
        #expect(Deviation(of: ours, from: byFilter).rms <= 1e-5)
        let back = InputGradient(of: sample.convolution)(of: slope, input: input.shape)
        #expect(Deviation(of: back.values, from: byInput).rms <= 1e-5)
        #expect(Deviation(of: back.values, from: byInput).largest <= 3e-5)
    }

    /// What position each padded one shows, −1 for zeros, written down independently of the engine.
    private func positions(_ padding: Padding, _ side: Int) -> [Int] {
        (-padding.width..<side + padding.width).map { position in
            if (0..<side).contains(position) { return position }
            return switch padding {
            case .none, .zero: -1
            case .reflect: position < 0 ? -position : 2 * side - 2 - position
            case .replicate: min(max(position, 0), side - 1)
            case .circular: (position + side) % side
            }
        }
    }

    @Test(arguments: cases)
    func `no bit depends on the threads or on how images are stacked`(test: Case) throws {
        let sample = try Sample(test)
        let (input, slope) = (sample.input, sample.slope)
        let one = ImageTeam(threads: 1)
        let filter = sample.convolution.filterGradient(of: [slope], at: [input], team: one)
        let back = InputGradient(of: sample.convolution)(of: slope, input: input.shape)
        for threads in [2, 3] {
            let team = ImageTeam(threads: threads)
            let stacks = (0..<3).map { (slope[image: $0], input[image: $0]) }
            let stacked = sample.convolution.filterGradient(of: stacks.map(\.0), at: stacks.map(\.1), team: team)
            #expect(stacked == filter)
            #expect(
                InputGradient(of: sample.convolution, team: team)(of: slope, input: input.shape, team: team) == back)
            #expect(
                Convolution.biasGradient(of: stacks.map(\.0), team: team)
                    == Convolution.biasGradient(of: [slope], team: one))
        }
    }
}
