package import ConvEngine

/// Trained readouts, ready to predict: what each of them makes of one image's features.
package struct ReadoutPredictor: Sendable {
    private let parts: [Part]
    private let count: Int
    private let team: ImageTeam

    private struct Part: Sendable {
        let group: ReadoutGroup
        let hidden: [Convolution]
        let projection: Projection
    }

    /// - Parameters:
    ///   - readouts: The trained readouts.
    ///   - channels: For each one the channels of the features that it reads.
    ///   - team: The threads that share the readouts.
    package init(_ readouts: [PosENet], channels: [[Range<Int>]], team: ImageTeam) {
        count = readouts.count
        self.team = team
        parts = ReadoutGroup.groups(of: readouts, channels: channels).map { group in
            Part(group: group, hidden: group.hidden.map(\.evaluation), projection: group.stack.projection)
        }
    }

    /// The maps that the readouts predict from the features of one image, `[1, side, side, channels]`, in their order.
    package func callAsFunction(_ features: Tensor) -> [[Float]] {
        let predictions = team.map(parts.count) { index in
            let part = parts[index]
            let maps = part.hidden.reduce(features.channels(part.group.channels)) { maps, layer in layer(maps) }
            return part.group.stack.predictions(from: maps, with: part.projection)
        }
        var ordered = [[Float]](repeating: [], count: count)
        for (part, maps) in zip(parts, predictions) {
            for (member, map) in zip(part.group.members, maps) { ordered[member] = map }
        }
        return ordered
    }
}
