import ConvEngine

/// The last layers of several readouts side by side, so that one product with the maps that they read serves them all.
///
/// Each column of the product is computed as if it stood alone: what a readout predicts, and learns, does not depend on
/// its company, bit for bit.
package struct ReadoutStack: Sendable {
    package var layers: [OutputLayer]
    /// The first column of each readout.
    let firstColumns: [Int]
    /// The columns of all readouts together.
    let columns: Int
    private let channels: Int

    init(_ layers: [OutputLayer]) {
        self.layers = layers
        channels = layers.first?.channels ?? 0
        var columns = 0
        firstColumns = layers.map { readout in
            defer { columns += readout.columns }
            return columns
        }
        self.columns = columns
    }

    /// The filters of all readouts as they stand now, for maps of stages with so many channels.
    func projection(ofStages stages: [Int]) -> StackedProjection {
        var values = [Float](repeating: 0, count: channels * columns)
        for (readout, first) in zip(layers, firstColumns) {
            for channel in 0..<channels {
                for place in 0..<readout.columns {
                    values[channel * columns + first + place] = readout.parameters[channel * readout.columns + place]
                }
            }
        }
        return StackedProjection(channels: stages, columns: columns, values: values)
    }

    /// The part of a gradient `[channels, columns]` that belongs to one readout's filters, in their own order.
    func filterGradient(of readout: Int, in gradient: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(channels * layers[readout].columns)
        for channel in 0..<channels {
            let first = channel * columns + firstColumns[readout]
            result.append(contentsOf: gradient[first..<first + layers[readout].columns])
        }
        return result
    }

    /// What the loss changes by per unit of the maps that the layers read, from what it changes by per unit of the columns.
    func inputGradients(of columnGradients: [Tensor], team: ImageTeam) -> [Tensor] {
        var values = [Float](repeating: 0, count: channels * columns)
        for (layer, first) in zip(layers, firstColumns) {
            for channel in 0..<channels {
                for place in 0..<layer.columns {
                    values[(first + place) * channels + channel] = layer.parameters[channel * layer.columns + place]
                }
            }
        }
        let adjoint = Projection(channels: columns, columns: channels, values: values)
        return team.map(columnGradients.count) { adjoint(columnGradients[$0], image: 0) }
    }

    /// The maps that all layers predict from one image's maps.
    func predictions(from maps: FeatureMaps, with projection: StackedProjection) -> [[Float]] {
        let projected = projection(maps).values
        return zip(layers, firstColumns).map { layer, first in
            layer.predicted(projected, first: first, stride: columns)
        }
    }
}
