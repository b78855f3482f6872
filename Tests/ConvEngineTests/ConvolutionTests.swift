import ConvEngine
import Testing

/// A layer and an input, small enough for the reference.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
    var images = 1
    var height: Int
    var width: Int
    var inputs: Int
    var outputs: Int
    var kernel = 3
    var stride = 1
    var padding = 0
    var activation = Activation.identity

    var testDescription: String {
        "\(images)x\(height)x\(width)x\(inputs) → \(outputs), kernel \(kernel), stride \(stride), padding \(padding)"
    }

    /// The layer with seeded weights, and a seeded input.
    func make() throws -> (Convolution, Tensor) {
        var random = RandomValues(seed: height &* 31 &+ width &* 17 &+ inputs &* 7 &+ outputs)
        let filter = try random.filter(outputs, inputs, kernel)
        let layer = try Convolution(
            "conv", filter: filter, bias: random.values(outputs), stride: stride,
            padding: padding == 0 ? .none : .zero(padding), activation: activation)
        return (layer, random.tensor(images, height, width, inputs))
    }

    func deviation() throws -> Deviation {
        let (layer, input) = try make()
        let output = layer(input)
        #expect(try output.shape == layer.outputShape(for: input.shape))
        return Deviation(
            of: output.values,
            from: Reference.convolution(
                input, layer.filter, bias: layer.bias, stride: stride, padding: padding,
                isRectified: activation == .relu))
    }
}

extension ConvolutionCase {
    /// 3x3 with stride 1 and at least 16 channels: the Winograd kernel.
    static let winograd: [ConvolutionCase] =
        (1...20).map { ConvolutionCase(height: $0, width: 21 - $0, inputs: 16, outputs: 17, padding: 1) }
        + (3...14).map { ConvolutionCase(height: $0, width: 17 - $0, inputs: 17, outputs: 16, activation: .relu) }
        + (1...5).map { ConvolutionCase(images: $0, height: 9, width: 7, inputs: 24, outputs: 40, padding: 2) }
        + [
            ConvolutionCase(images: 3, height: 14, width: 14, inputs: 64, outputs: 72, padding: 1, activation: .relu),
            ConvolutionCase(height: 28, width: 28, inputs: 72, outputs: 64),
            ConvolutionCase(height: 55, width: 53, inputs: 16, outputs: 16),
            ConvolutionCase(height: 110, width: 56, inputs: 16, outputs: 16),
            ConvolutionCase(height: 13, width: 222, inputs: 16, outputs: 16, padding: 1),
            ConvolutionCase(height: 6, width: 6, inputs: 512, outputs: 32, activation: .relu),
            // So many weights are transformed anew for so few tiles.
            ConvolutionCase(images: 2, height: 3, width: 3, inputs: 256, outputs: 256, padding: 1),
        ]

    /// 1x1 with stride 1: one matrix product.
    static let pointwise: [ConvolutionCase] = zip([1, 3, 5, 16, 17, 64, 72], [72, 64, 17, 16, 5, 3, 1]).map {
        ConvolutionCase(images: 2, height: 7, width: 19, inputs: $0, outputs: $1, kernel: 1)
    }

    /// Everything else.
    static let gathered: [ConvolutionCase] =
        [1, 3, 5, 7].flatMap { kernel in
            [1, 2].flatMap { stride in
                [0, 1, 2].flatMap { padding in
                    zip([1, 3, 16], [5, 17, 3]).map { inputs, outputs in
                        ConvolutionCase(
                            images: 2, height: 11, width: 8, inputs: inputs, outputs: outputs, kernel: kernel,
                            stride: stride, padding: padding, activation: padding == 1 ? .relu : .identity)
                    }
                }
            }
        } + [
            // The first layer of VGG-16, of several blocks of rows; a kernel wider than the map; a padding wider than the kernel.
            ConvolutionCase(height: 110, width: 56, inputs: 3, outputs: 64, padding: 1, activation: .relu),
            ConvolutionCase(height: 3, width: 1, inputs: 3, outputs: 5, kernel: 7, padding: 3),
            ConvolutionCase(height: 4, width: 4, inputs: 2, outputs: 2, kernel: 1, stride: 3, padding: 2),
        ]

    /// One of each algorithm.
    static let samples: [ConvolutionCase] = [
        ConvolutionCase(images: 5, height: 13, width: 10, inputs: 24, outputs: 24, padding: 1, activation: .relu),
        // One image's tile is multiplied by weights that are transformed anew, those of all by weights that were kept.
        ConvolutionCase(images: 40, height: 3, width: 4, inputs: 256, outputs: 256, padding: 1),
        ConvolutionCase(images: 5, height: 13, width: 10, inputs: 24, outputs: 24, kernel: 1, activation: .relu),
        ConvolutionCase(images: 5, height: 13, width: 10, inputs: 3, outputs: 24, padding: 1, activation: .relu),
    ]
}

@Suite("Convolution")
struct ConvolutionTests {
    @Test(arguments: ConvolutionCase.winograd)
    func `a 3x3 kernel agrees with the formula`(layer: ConvolutionCase) throws {
        let deviation = try layer.deviation()
        #expect(deviation.largest <= 3e-5)
        #expect(deviation.rms <= 4e-6)
    }

    @Test(arguments: ConvolutionCase.pointwise)
    func `a 1x1 kernel agrees with the formula`(layer: ConvolutionCase) throws {
        #expect(try layer.deviation().largest <= 1e-5)
    }

    @Test(arguments: ConvolutionCase.gathered)
    func `any kernel, stride and padding agree with the formula`(layer: ConvolutionCase) throws {
        #expect(try layer.deviation().largest <= 1e-5)
    }

    @Test(arguments: ConvolutionCase.samples)
    func `what lies in reused memory never reaches the result`(layer: ConvolutionCase) throws {
        let (convolution, input) = try layer.make()
        let expected = convolution(input).values
        for _ in 0..<3 {
            FloatStock.shared.fill(with: .nan)
            #expect(convolution(input).values == expected)
        }
    }

    @Test(arguments: ConvolutionCase.samples)
    func `an image gives the same bits alone and among others`(layer: ConvolutionCase) throws {
        let (convolution, input) = try layer.make()
        let together = convolution(input)
        for image in 0..<input.shape.images {
            #expect(convolution(input[image: image]) == together[image: image])
        }
    }

    @Test(arguments: [1, 2, 4])
    func `a team of any size gives the same bits`(threads: Int) throws {
        let (convolution, input) = try ConvolutionCase(images: 6, height: 14, width: 14, inputs: 32, outputs: 32).make()
        let expected = convolution(input)
        let maps = ImageTeam(threads: threads).map(6) { image in convolution(input[image: image]) }
        #expect(maps == (0..<6).map { expected[image: $0] })
    }

    @Test func `a constant image stays constant but for rounding`() throws {
        // Winograd's rounding repeats with every tile; a readout that looks for position must not find it.
        var random = RandomValues(seed: 11)
        let layer = try Convolution("conv", filter: random.filter(64, 64, 3), bias: random.values(64))
        let colour = random.values(64)
        let shape = Shape(images: 1, height: 22, width: 22, channels: 64)
        let output = layer(Tensor(shape, values: (0..<shape.count).map { colour[$0 % 64] })).values
        let rms = (output.reduce(0) { $0 + $1 * $1 } / Float(output.count)).squareRoot()
        for channel in 0..<64 {
            let values = stride(from: channel, to: output.count, by: 64).map { output[$0] }
            let (least, most) = try (#require(values.min()), #require(values.max()))
            #expect(most - least <= 1e-5 * rms)
        }
    }

    @Test func `a value that is not a number is not hidden by the activation`() throws {
        let layer = try ConvolutionCase(height: 9, width: 9, inputs: 16, outputs: 16, activation: .relu).make().0
        var input = Tensor(Shape(images: 1, height: 9, width: 9, channels: 16))
        input[0, 4, 4, 0] = .nan
        #expect(layer(input)[0, 4, 4, 0].isNaN)
    }

    @Test func `no images give no maps`() throws {
        for layer in ConvolutionCase.samples {
            let (convolution, _) = try layer.make()
            let none = Tensor(Shape(images: 0, height: 13, width: 10, channels: layer.inputs))
            #expect(convolution(none).shape.count == 0)
        }
    }
}
