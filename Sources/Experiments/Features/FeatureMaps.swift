package import ConvEngine

/// One image's features: each tapped stage at its own size, but none larger than the grid.
///
/// A readout sees all stages resized to one grid of `side` x `side` and stacked by channel (Islam et al. 2020, section 3.1).
/// Resizing mixes places and a readout's products mix channels, so which comes first changes nothing but the cost: a stage
/// that is smaller than the grid is kept as it is, and what its products come to is resized.
package struct FeatureMaps: Equatable, Sendable {
    /// Side of the grid.
    package let side: Int
    /// `[1, stage side, stage side, channels]`, in the order of the stages.
    package let stages: [Tensor]

    /// - Precondition: No stage is larger than the grid.
    package init(side: Int, stages: [Tensor]) {
        precondition(stages.allSatisfy { max($0.shape.height, $0.shape.width) <= side }, "a stage larger than the grid")
        self.side = side
        self.stages = stages
    }

    /// The maps that a hidden layer has made, which are all of one size.
    init(_ maps: Tensor) {
        self.init(side: maps.shape.height, stages: [maps])
    }

    /// The stages at these places.
    ///
    /// - Precondition: There are such stages.
    package func selecting(_ places: [Int]) -> FeatureMaps {
        FeatureMaps(side: side, stages: places.map { stages[$0] })
    }

    /// What a convolution over the grid reads, `[1, side, side, channels]`: all stages resized to it, bilinear with aligned
    /// corners, and stacked by channel.
    package var stacked: Tensor {
        if let only = stages.first, stages.count == 1, only.shape.height == side, only.shape.width == side {
            return only
        }
        let channels = stages.reduce(0) { $0 + $1.shape.channels }
        var result = Tensor(Shape(images: 1, height: side, width: side, channels: channels))
        var offset = 0
        for maps in stages {
            maps.resize(image: 0, into: &result, image: 0, channelOffset: offset, alignCorners: true)
            offset += maps.shape.channels
        }
        return result
    }

    /// How large these maps are.
    package var layout: FeatureLayout { FeatureLayout(side: side, stages: stages.map(\.shape)) }
}

/// How large one image's features are.
package struct FeatureLayout: Hashable, Sendable {
    /// Side of the grid.
    package let side: Int
    /// The shape of each stage's maps.
    package let stages: [Shape]

    /// How many values all stages have together.
    package var count: Int { stages.reduce(0) { $0 + $1.count } }
}
