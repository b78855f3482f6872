package import ConvEngine

/// Several readouts side by side, so that one product with the features serves them all.
///
/// Each column of the product is computed as if it stood alone: what a readout predicts, and learns, does not depend on
/// its company, bit for bit.
package struct ReadoutStack: Sendable {
    package var readouts: [PosENet]
    /// The first column of each readout.
    let firstColumns: [Int]
    /// The columns of all readouts together.
    let columns: Int
    private let channels: Int

    init(_ readouts: [PosENet]) {
        self.readouts = readouts
        channels = readouts.first?.channels ?? 0
        var columns = 0
        firstColumns = readouts.map { readout in
            defer { columns += readout.columns }
            return columns
        }
        self.columns = columns
    }

    /// The filters of all readouts as they stand now, `[channels, columns]`.
    package var projection: Projection {
        var values = [Float](repeating: 0, count: channels * columns)
        for (readout, first) in zip(readouts, firstColumns) {
            for channel in 0..<channels {
                for place in 0..<readout.columns {
                    values[channel * columns + first + place] = readout.parameters[channel * readout.columns + place]
                }
            }
        }
        return Projection(channels: channels, columns: columns, values: values)
    }

    /// The part of a gradient `[channels, columns]` that belongs to one readout's filters, in their own order.
    func filterGradient(of readout: Int, in gradient: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(channels * readouts[readout].columns)
        for channel in 0..<channels {
            let first = channel * columns + firstColumns[readout]
            result.append(contentsOf: gradient[first..<first + readouts[readout].columns])
        }
        return result
    }

    /// The maps that all readouts predict from the features of one image, `[1, side, side, channels]`.
    package func predictions(from features: Tensor, with projection: Projection) -> [[Float]] {
        let projected = projection(features, image: 0).values
        return zip(readouts, firstColumns).map { readout, first in
            readout.predicted(projected, first: first, stride: columns)
        }
    }
}
