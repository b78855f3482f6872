/// What a readout reads of the features: some of the stages that are kept.
package struct StageSelection: Hashable, Sendable {
    /// Their places among those that are kept, ascending.
    package let places: [Int]
    /// The channels of each.
    package let channels: [Int]

    package init(places: [Int], channels: [Int]) {
        self.places = places
        self.channels = channels
    }

    /// The channels of all of them together.
    package var channelCount: Int { channels.reduce(0, +) }
}
