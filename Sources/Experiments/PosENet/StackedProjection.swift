import ConvEngine

/// The filters of stacked readouts, cut into the stages whose maps they multiply.
///
///     y = Σ s  R(F_s W_s)        F_s: a stage's maps, W_s: its part of the filters, R: resizing to the grid where F_s is smaller
///
/// The sums of the stages are added in their order, so every column still has the bits that it would have alone.
struct StackedProjection: Sendable {
    private let parts: [Projection]
    private let columns: Int

    /// - Parameters:
    ///   - channels: The channels of each stage.
    ///   - columns: The columns of all readouts together.
    ///   - values: The filters, `[channel][column]`, stage by stage.
    init(channels: [Int], columns: Int, values: [Float]) {
        self.columns = columns
        var first = 0
        parts = channels.map { count in
            defer { first += count * columns }
            return Projection(
                channels: count, columns: columns, values: Array(values[first..<first + count * columns]))
        }
    }

    /// One image's projected maps on the grid, `[1, side, side, columns]`.
    func callAsFunction(_ maps: FeatureMaps) -> Tensor {
        let side = maps.side
        var sums = Tensor(Shape(images: 1, height: side, width: side, channels: columns))
        for (part, stage) in zip(parts, maps.stages) {
            if stage.shape.isGrid(of: side) {
                part.add(stage, image: 0, to: &sums)
            } else {
                sums.add(part(stage, image: 0).resized(height: side, width: side, alignCorners: true))
            }
        }
        return sums
    }

    /// The gradient of a loss by the filters, `[channel][column]`, stage by stage.
    ///
    /// - Parameters:
    ///   - outputs: The gradient by each image's projected maps, `[1, side, side, columns]`.
    ///   - maps: What was projected, for each of the outputs.
    ///   - team: Threads that share the work.
    /// - Returns: The gradient, empty without images.
    static func gradient(of outputs: [Tensor], at maps: [FeatureMaps], team: ImageTeam) -> [Float] {
        guard let layout = maps.first?.layout else { return [] }
        // Stages of one size have one gradient.
        var resized: [Shape: [Tensor]] = [:]
        return layout.stages.indices.flatMap { stage in
            let shape = layout.stages[stage]
            let size = Shape(images: 1, height: shape.height, width: shape.width, channels: 0)
            if resized[size] == nil {
                resized[size] =
                    shape.isGrid(of: layout.side)
                    ? outputs
                    : team.map(outputs.count) { image in
                        outputs[image].resizedGradient(height: shape.height, width: shape.width, alignCorners: true)
                    }
            }
            return Projection.gradient(of: resized[size] ?? [], at: maps.map { $0.stages[stage] }, team: team)
        }
    }
}

extension Shape {
    fileprivate func isGrid(of side: Int) -> Bool { height == side && width == side }
}
