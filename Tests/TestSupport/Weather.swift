/// What a network does to the two directions of each connection through it.
package struct Weather: Hashable, Sendable {
    /// From who connected to who listens.
    package var inward = Faults()
    package var outward = Faults()

    package init() {}

    /// The same both ways.
    package init(_ faults: Faults) {
        inward = faults
        outward = faults
    }

    package static let fair = Weather()
}

/// What a network does to the bytes of one direction.
package struct Faults: Hashable, Sendable {
    /// How late bytes come.
    package var delay = Duration.zero
    /// How many bytes come in a second; nil for as many as are sent.
    package var bytesPerSecond: Int?
    /// One bit in so many bytes is flipped, on average.
    package var bytesPerFlippedBit: Int?
    /// A connection is cut once it has taken so many bytes, whose last ones are lost on the way.
    ///
    /// TCP loses nothing else: what is lost in a network is sent again by the kernel, or the connection ends.
    package var bytesUntilCut: ClosedRange<Int>?
    /// Nothing comes through; the connection stays as it is.
    package var isBlocked = false

    package init(
        delay: Duration = .zero, bytesPerSecond: Int? = nil, bytesPerFlippedBit: Int? = nil,
        bytesUntilCut: ClosedRange<Int>? = nil, isBlocked: Bool = false
    ) {
        self.delay = delay
        self.bytesPerSecond = bytesPerSecond
        self.bytesPerFlippedBit = bytesPerFlippedBit
        self.bytesUntilCut = bytesUntilCut
        self.isBlocked = isBlocked
    }
}
