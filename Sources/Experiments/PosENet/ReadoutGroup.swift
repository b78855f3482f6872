/// Readouts that read the same maps: several with one layer side by side, or a single one behind its hidden layers.
struct ReadoutGroup: Sendable {
    /// The stages that the readouts read.
    let selection: StageSelection
    /// The readouts' places among all that are trained or asked together.
    let members: [Int]
    var hidden: [HiddenLayer]
    var stack: ReadoutStack

    /// Groups readouts by what they read.
    ///
    /// - Parameters:
    ///   - readouts: All readouts.
    ///   - selections: For each one the stages that it reads.
    /// - Returns: The groups in the order of their first members.
    static func groups(of readouts: [PosENet], selections: [StageSelection]) -> [ReadoutGroup] {
        var places: [(selection: StageSelection, members: [Int])] = []
        for member in readouts.indices {
            let isShallow = readouts[member].hidden.isEmpty
            let place = places.firstIndex { place in
                isShallow && place.selection == selections[member] && readouts[place.members[0]].hidden.isEmpty
            }
            if let place { places[place].members.append(member) } else { places.append((selections[member], [member])) }
        }
        return places.map { place in
            ReadoutGroup(
                selection: place.selection, members: place.members, hidden: readouts[place.members[0]].hidden,
                stack: ReadoutStack(place.members.map { readouts[$0].output }))
        }
    }

    /// The channels of each stage that the last layers read: those of the features, or the last hidden layer's.
    var outputStages: [Int] { hidden.last.map { [$0.outputs] } ?? selection.channels }

    /// The members' readouts as they stand now.
    var readouts: [PosENet] {
        stack.layers.map { PosENet(hidden: hidden, output: $0) }
    }
}
