import ConvEngine
import Foundation

/// A VGG as layers that are trained, and its parameters under torchvision's names.
struct TrainableEncoder: Sendable {
    /// The blocks' convolutions.
    private let blocks: [[ConvolutionLayout]]
    let layers: [TrainingNetwork.Layer]
    /// The places of the rectifiers that end the blocks, the last of them the last layer.
    let taps: [Int]
    /// The channels of each tap.
    let channels: [Int]

    /// - Throws: `ExperimentError.notTrainable` for an encoder of another kind.
    init(_ settings: EncoderSettings) throws {
        guard let blocks = settings.name.architecture.trainableBlocks else {
            throw ExperimentError.notTrainable(settings.name)
        }
        self.blocks = blocks
        channels = blocks.map { $0.last?.outputs ?? 0 }
        var layers: [TrainingNetwork.Layer] = []
        var taps: [Int] = []
        for block in blocks {
            if !layers.isEmpty { layers.append(.maxPool(try MaxPool(size: 2, stride: 2))) }
            for layout in block {
                layers.append(
                    .convolution(
                        inputs: layout.inputs, outputs: layout.outputs, kernel: layout.kernel, stride: layout.stride,
                        padding: settings.padding.engine(width: layout.kernel / 2)))
                if layout.norm != nil { layers.append(.batchNorm(channels: layout.outputs)) }
                layers.append(.rectifier)
            }
            taps.append(layers.count - 1)
        }
        (self.layers, self.taps) = (layers, taps)
    }

    var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }

    /// He's weights, those of an untrained encoder of this seed.
    func initialParameters(seed: Int) -> [Float] {
        named.flatMap { tensor in
            tensor.isAverage ? [] : heNormal(name: tensor.name, seed: seed, shape: tensor.shape)
        }
    }

    /// The trained tensors under torchvision's names, in its order.
    ///
    /// - Precondition: The parameters and averages are those of the layers.
    func tensors(parameters: [Float], averages: [Float]) -> [Safetensors.NamedTensor] {
        var (parameters, averages) = (parameters[...], averages[...])
        return named.map { tensor in
            let count = tensor.shape.reduce(1, *)
            func take(_ values: inout ArraySlice<Float>) -> [Float] {
                defer { values = values.dropFirst(count) }
                return Array(values.prefix(count))
            }
            return Safetensors.NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: tensor.isAverage ? take(&averages) : take(&parameters))
        }
    }

    /// All tensors in torchvision's order, which is that of the layers' parameters and, apart, of the norms' averages.
    private var named: [(name: String, shape: [Int], isAverage: Bool)] {
        blocks.joined().flatMap(\.tensors).map { name, shape in
            (name, shape, name.hasSuffix(".running_mean") || name.hasSuffix(".running_var"))
        }
    }
}

/// Tensors at hand, as an encoder's weights.
struct NamedTensors: EncoderWeights {
    private let byName: [String: Safetensors.NamedTensor]

    /// - Precondition: No name stands twice.
    init(_ tensors: [Safetensors.NamedTensor]) {
        byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    }

    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        guard let tensor = byName[name] else {
            throw .noSuchTensor(name, file: "the trained encoder", nearest: Array(byName.keys.sorted().prefix(3)))
        }
        guard tensor.shape == shape else {
            throw .tensorShape(name, file: "the trained encoder", found: tensor.shape, needed: shape)
        }
        return tensor.values
    }
}
