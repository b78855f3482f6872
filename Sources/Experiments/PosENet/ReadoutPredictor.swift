package import ConvEngine

/// Trained readouts, ready to predict: what each of them makes of one image's features.
package struct ReadoutPredictor: Sendable {
    private let parts: [Part]
    private let count: Int
    private let team: ImageTeam

    private struct Part: Sendable {
        let group: ReadoutGroup
        let hidden: [Convolution]
        let projection: StackedProjection
    }

    /// - Parameters:
    ///   - readouts: The trained readouts.
    ///   - selections: For each one the stages that it reads.
    ///   - team: The threads that share the readouts.
    package init(_ readouts: [PosENet], selections: [StageSelection], team: ImageTeam) {
        count = readouts.count
        self.team = team
        parts = ReadoutGroup.groups(of: readouts, selections: selections).map { group in
            Part(
                group: group, hidden: group.hidden.map(\.evaluation),
                projection: group.stack.projection(ofStages: group.outputStages))
        }
    }

    /// The maps that the readouts predict from the features of one image, in their order.
    package func callAsFunction(_ features: FeatureMaps) -> [[Float]] {
        let predictions = team.map(parts.count) { index in
            let part = parts[index]
            var maps = features.selecting(part.group.selection.places)
            for layer in part.hidden { maps = FeatureMaps(layer(maps.stacked)) }
            return part.group.stack.predictions(from: maps, with: part.projection)
        }
        var ordered = [[Float]](repeating: [], count: count)
        for (part, maps) in zip(parts, predictions) {
            for (member, map) in zip(part.group.members, maps) { ordered[member] = map }
        }
        return ordered
    }
}
