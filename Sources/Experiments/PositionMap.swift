import Foundation

/// The ground-truth position maps.
///
/// A new one is a case, and its formula in ``values(side:stripes:)``.
package enum PositionMap: String, CaseIterable, Codable, Sendable {
    case horizontal = "H"
    case vertical = "V"
    case gaussian = "G"
    case horizontalStripes = "HS"
    case verticalStripes = "VS"

    /// Those of the paper's tables.
    static let ofPaper: [PositionMap] = [.horizontal, .vertical, .gaussian, .horizontalStripes, .verticalStripes]

    /// Whether it is HS or VS, whose values swing as ``StripeRange`` says.
    package var isStriped: Bool { self == .horizontalStripes || self == .verticalStripes }
}

extension PositionMap {
    /// The map as a square of this side, row by row.
    ///
    /// Islam, Jia and Bruce 2020, section 3, as in the authors' code. With x, y in 0…N−1 and c = (N−1)/2:
    ///
    ///     H    x / (N−1)                                 V    y / (N−1)
    ///     G    exp(−((x−c)² + (y−c)²) / (2c²)), its range stretched to [0, 1]
    ///     HS   ½ + ½ cos(2π · 2.5 · y / (N−1))           VS   the same along x
    ///
    /// - Parameters:
    ///   - side: N, at least 2.
    ///   - stripes: The values between which HS and VS swing; the formula is that of `unit`.
    /// - Returns: `side · side` values in [0, 1], or in [−1, 1] for signed stripes.
    package func values(side: Int, stripes: StripeRange) -> [Float] {
        let last = Double(side - 1)
        func everywhere(_ value: (_ x: Double, _ y: Double) -> Double) -> [Float] {
            (0..<side).flatMap { y in (0..<side).map { x in Float(value(Double(x), Double(y))) } }
        }
        func stripe(_ position: Double) -> Double {
            let wave = cos(2 * .pi * 2.5 * position / last)
            return stripes == .signed ? wave : 0.5 + 0.5 * wave
        }
        switch self {
        case .horizontal: return everywhere { x, _ in x / last }
        case .vertical: return everywhere { _, y in y / last }
        case .horizontalStripes: return everywhere { _, y in stripe(y) }
        case .verticalStripes: return everywhere { x, _ in stripe(x) }
        case .gaussian:
            let centre = last / 2
            func bell(_ x: Double, _ y: Double) -> Double {
                exp(-((x - centre) * (x - centre) + (y - centre) * (y - centre)) / (2 * centre * centre))
            }
            let (lowest, highest) = (bell(0, 0), bell(centre.rounded(.down), centre.rounded(.down)))
            // Two pixels a side are four corners, all of one value.
            let range = highest > lowest ? highest - lowest : 1
            return everywhere { x, y in (bell(x, y) - lowest) / range }
        }
    }
}
