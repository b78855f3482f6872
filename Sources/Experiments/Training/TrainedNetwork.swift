package import ConvEngine

/// An encoder and its readout in evaluation: what was trained, at work.
package struct TrainedNetwork: Sendable {
    private let encoder: any Encoder
    private let readout: TaskReadout
    private let convolutions: [Convolution]
    private let normalise: Normalisation

    init(
        _ settings: EncoderSettings, weights: NamedTensors, readout: TaskReadout, parameters: ArraySlice<Float>
    ) throws {
        encoder = try settings.name.network(weights: weights, padding: settings.padding)
        self.readout = readout
        convolutions = try readout.convolutions(parameters)
        normalise = settings.normalise
    }

    /// The logits of some images in [0, 1]: one for each class and pixel, or for each class and image.
    ///
    /// - Precondition: The images have the size that the network was trained with.
    package func logits(_ images: Tensor) -> Tensor {
        var stages: [Tensor] = []
        var maps = normalise.applied(to: images)
        for place in encoder.stages.indices {
            let (tapped, next) = encoder.stage(
                place, from: maps, isLast: place == encoder.stages.count - 1, team: nil)
            stages.append(tapped)
            maps = next
        }
        return readout.logits(stages, convolutions)
    }
}
