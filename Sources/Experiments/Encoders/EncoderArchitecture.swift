/// What there is to know of an encoder before it has weights; ``EncoderName`` lists them all.
///
/// Everything else follows from it: settings and their checks, the names in weights files, plans, costs and memory.
protocol EncoderArchitecture: Sendable {
    /// As sweep files and commands call it.
    var name: String { get }

    /// What can be tapped, from the image on, with consecutive numbers; 0 is read only where it is asked for.
    var stages: [EncoderStage] { get }

    /// The convolutions of each stage in the order in which they run, for square images and padding that keeps the size of
    /// maps; what comes out of a stage's last one is as large as what is tapped.
    func layers(imageSide: Int) -> [[LayerAtWork]]

    /// Builds the network, in evaluation.
    ///
    /// - Parameter makers: Makes its convolutions from its weights.
    /// - Returns: The network.
    /// - Throws: `DataError` where a tensor is missing or has another shape.
    func network(_ makers: EncoderLayers<some EncoderWeights>) throws -> any Encoder

    /// The pass of one image of 224x224 through all stages on one core, roughly; by default it follows from the layers.
    var secondsPerPass: Double { get }

    /// The file in which its ImageNet weights are published; nil, the default, for none.
    ///
    /// The last part of a name is the beginning of the file's SHA-256.
    var publishedWeights: String? { get }

    /// The blocks that training goes through, each of convolutions with a rectifier behind them and a max-pool of 2x2 between
    /// two blocks; nil, the default, where it cannot be trained.
    var trainableBlocks: [[ConvolutionLayout]]? { get }
}

extension EncoderArchitecture {
    var secondsPerPass: Double {
        layers(imageSide: 224).joined().reduce(0) { $0 + Double($1.operations) } / 7e10
    }

    var publishedWeights: String? { nil }

    var trainableBlocks: [[ConvolutionLayout]]? { nil }
}

/// One convolution of an encoder at work on images of some size.
struct LayerAtWork {
    let layout: ConvolutionLayout
    /// Side of the maps that it reads.
    let side: Int

    init(_ layout: ConvolutionLayout, side: Int) {
        (self.layout, self.side) = (layout, side)
    }

    /// Side of the maps that it writes, with padding that keeps the size.
    var outputSide: Int { (side - 1) / layout.stride + 1 }

    /// The weights of its filters.
    var weights: Int { layout.inputs * layout.outputs * layout.kernel * layout.kernel }

    /// Two for each product of a direct convolution, for one image.
    var operations: Int { 2 * outputSide * outputSide * weights }
}
