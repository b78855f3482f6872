import Simulation

/// One direction of a connection through a bad network: bytes go in, and come out late, changed, or never.
///
/// A value without clock or socket. What it changes and where it breaks follows from its seed and the bytes alone.
package struct FaultyStream: Sendable {
    private struct Piece {
        var bytes: ArraySlice<UInt8>
        /// When they have crossed the network.
        let due: Duration
    }

    private var generator: SplitMix64
    private var pieces: [Piece] = []
    private var bytesUntilFlip: Int?
    private var bytesUntilCut: Int?
    private var lastDue = Duration.zero
    /// Bytes that are under way.
    private var count = 0
    package private(set) var flippedBits = 0
    /// Whether the connection is cut: nothing comes out any more.
    package private(set) var isCut = false

    /// Bytes that fit on the way; whoever sends more has to wait.
    private static let room = 256 * 1024

    package init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    /// How many bytes may go in; pieces stay small where they come slowly, so that they come evenly.
    package func room(under faults: Faults) -> Int {
        guard !faults.isBlocked, !isCut else { return 0 }
        let piece = faults.bytesPerSecond.map { max(1, $0 / 20) } ?? 65_536
        return min(piece, Self.room - count)
    }

    /// Takes bytes that are sent at this time.
    package mutating func take(_ sent: [UInt8], at now: Duration, under faults: Faults) {
        var bytes = sent
        if let mean = faults.bytesPerFlippedBit { flipBits(of: &bytes, every: mean) }
        if let range = faults.bytesUntilCut { spend(bytes.count, of: range) }
        guard !isCut else { return }
        let transit = faults.bytesPerSecond.map { Duration.seconds(1) * bytes.count / max(1, $0) } ?? .zero
        lastDue = max(lastDue, now + faults.delay) + transit
        pieces.append(Piece(bytes: bytes[...], due: lastDue))
        count += bytes.count
    }

    /// The bytes that come out next; nil before they do.
    package func next(at now: Duration, under faults: Faults) -> ArraySlice<UInt8>? {
        guard !faults.isBlocked, let first = pieces.first, first.due <= now else { return nil }
        return first.bytes
    }

    /// When bytes come out next; nil where none are under way.
    package func due(under faults: Faults) -> Duration? {
        faults.isBlocked ? nil : pieces.first?.due
    }

    /// So many of the next bytes have been taken out.
    package mutating func drop(_ bytes: Int) {
        count -= bytes
        pieces[0].bytes = pieces[0].bytes.dropFirst(bytes)
        if pieces[0].bytes.isEmpty { pieces.removeFirst() }
    }

    package var isEmpty: Bool { pieces.isEmpty }

    /// Loses what is under way.
    package mutating func empty() {
        pieces = []
        count = 0
    }

    /// Gaps between flipped bits are even up to twice their mean.
    private mutating func flipBits(of bytes: inout [UInt8], every mean: Int) {
        var place = bytesUntilFlip ?? gap(of: mean)
        while place < bytes.count {
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            flippedBits += 1
            place += gap(of: mean)
        }
        bytesUntilFlip = place - bytes.count
    }

    private mutating func gap(of mean: Int) -> Int { Int.random(in: 1...max(1, 2 * mean - 1), using: &generator) }

    private mutating func spend(_ bytes: Int, of range: ClosedRange<Int>) {
        let left = (bytesUntilCut ?? Int.random(in: range, using: &generator)) - bytes
        bytesUntilCut = left
        guard left < 0 else { return }
        isCut = true
        empty()
    }
}
