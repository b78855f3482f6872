/// The trainable readout of one trial, f_pem in the paper: hidden layers, then one that predicts the map.
///
/// Starts as the authors' code does, and has as many layers as the settings say, all with the same kernel and padding.
package struct PosENet: Hashable, Sendable {
    package var hidden: [HiddenLayer]
    package var output: OutputLayer

    /// - Parameters:
    ///   - settings: The layers, their kernel, padding and width.
    ///   - channels: The channels of the features.
    ///   - side: The side of the features.
    ///   - seed: Draws the filters.
    /// - Throws: `ExperimentError.readoutLargerThanFeatures` where no output would be left.
    package init(_ settings: PosENetSettings, channels: Int, side: Int, seed: Int) throws(ExperimentError) {
        var (maps, rest) = (channels, side)
        var hidden: [HiddenLayer] = []
        for number in 0..<settings.layers {
            guard rest + 2 * settings.padding >= settings.kernel else {
                throw .readoutLargerThanFeatures(settings, side: side)
            }
            guard number < settings.layers - 1 else { break }
            let layer = HiddenLayer(
                number: number, settings, channels: maps, outputs: settings.hidden ?? channels, side: rest, seed: seed)
            (maps, rest) = (layer.outputs, layer.outputSide)
            hidden.append(layer)
        }
        self.hidden = hidden
        output = OutputLayer(number: settings.layers - 1, settings, channels: maps, side: rest, seed: seed)
    }

    init(hidden: [HiddenLayer], output: OutputLayer) {
        self.hidden = hidden
        self.output = output
    }

    /// Side of the map that it predicts, before the map is resized to the target.
    package var outputSide: Int { output.outputSide }
}
