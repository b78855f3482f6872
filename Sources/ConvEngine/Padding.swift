/// What a convolution reads outside the map.
package enum Padding: Hashable, Sendable {
    /// Nothing: the output is smaller than the input by the kernel's side less one.
    case none
    /// So many rows and columns of zeros on every side.
    case zero(Int)
    /// The map mirrored at its border pixels, which are not repeated: `c b | a b c | b a`.
    case reflect(Int)
    /// The border pixels, repeated: `a a | a b c | c c`.
    case replicate(Int)
    /// The opposite side of the map: `b c | a b c | a b`.
    case circular(Int)

    /// The rows and columns added on every side.
    package var width: Int {
        switch self {
        case .none: 0
        case .zero(let width), .reflect(let width), .replicate(let width), .circular(let width): width
        }
    }

    /// The smallest side of a map that can be padded.
    ///
    /// A mirror needs as many pixels behind the border pixel as it shows, a circle as many as it shows.
    var smallestSide: Int {
        switch self {
        case .none, .zero: 0
        case .replicate: 1
        case .reflect(let width): width + 1
        case .circular(let width): width
        }
    }

    /// For the positions −width, −width + 1, … along one axis which position of the map is read; −1 stands for zeros.
    ///
    /// - Parameters:
    ///   - side: The map's side.
    ///   - count: How many positions; those behind the padding, which only discarded outputs read, are zeros.
    /// - Returns: A position of the map, or −1, for each of them.
    /// - Precondition: The side is at least ``smallestSide``.
    func sources(side: Int, count: Int) -> [Int] {
        (0..<count).map { index in
            let position = index - width
            if (0..<side).contains(position) { return position }
            guard index < side + 2 * width else { return -1 }
            switch self {
            case .none, .zero: return -1
            case .reflect: return position < 0 ? -position : 2 * (side - 1) - position
            case .replicate: return position < 0 ? 0 : side - 1
            case .circular: return (position + side) % side
            }
        }
    }
}

extension Padding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none: "none"
        case .zero(let width): "zero(\(width))"
        case .reflect(let width): "reflect(\(width))"
        case .replicate(let width): "replicate(\(width))"
        case .circular(let width): "circular(\(width))"
        }
    }
}
