import ConvEngine

/// Readouts that read the same maps: several with one layer side by side, or a single one behind its hidden layers.
struct ReadoutGroup: Sendable {
    /// Which of the features' channels the readouts read.
    let channels: [Range<Int>]
    /// The readouts' places among all that are trained or asked together.
    let members: [Int]
    var hidden: [HiddenLayer]
    var stack: ReadoutStack

    /// Groups readouts by what they read.
    ///
    /// - Parameters:
    ///   - readouts: All readouts.
    ///   - channels: For each one the channels of the features that it reads.
    /// - Returns: The groups in the order of their first members.
    static func groups(of readouts: [PosENet], channels: [[Range<Int>]]) -> [ReadoutGroup] {
        var places: [(channels: [Range<Int>], members: [Int])] = []
        for member in readouts.indices {
            let isShallow = readouts[member].hidden.isEmpty
            let place = places.firstIndex { place in
                isShallow && place.channels == channels[member] && readouts[place.members[0]].hidden.isEmpty
            }
            if let place { places[place].members.append(member) } else { places.append((channels[member], [member])) }
        }
        return places.map { place in
            ReadoutGroup(
                channels: place.channels, members: place.members, hidden: readouts[place.members[0]].hidden,
                stack: ReadoutStack(place.members.map { readouts[$0].output }))
        }
    }

    /// The members' readouts as they stand now.
    var readouts: [PosENet] {
        stack.layers.map { PosENet(hidden: hidden, output: $0) }
    }
}

extension Tensor {
    /// The channels of these ranges; the tensor itself where that is all of them.
    func channels(_ ranges: [Range<Int>]) -> Tensor {
        ranges == [0..<shape.channels] ? self : selecting(channels: ranges)
    }
}
