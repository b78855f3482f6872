/// What a convolution reads outside the map.
package enum Padding: Hashable, Sendable {
    /// Nothing: the output is smaller than the input by the kernel's side less one.
    case none
    /// So many rows and columns of zeros on every side.
    case zero(Int)

    /// The rows and columns added on every side.
    package var width: Int {
        switch self {
        case .none: 0
        case .zero(let width): width
        }
    }
}

extension Padding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none: "none"
        case .zero(let width): "zero(\(width))"
        }
    }
}
