/// A regular pattern of two colours, turned by any angle.
struct SceneTexture: Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case stripes, checks, dots, grain
    }

    let kind: Kind
    /// Of the pattern, in pixels.
    private let period: Double
    private let axis: (x: Double, y: Double)
    private let offset: (Double, Double)
    private let colours: (Colour, Colour)

    typealias Colour = (UInt8, UInt8, UInt8)

    /// Draws a pattern with periods in this range, and colours that differ well in brightness.
    init(_ kind: Kind, periods: ClosedRange<Double>, from stream: inout RandomStream) {
        self.kind = kind
        period = periods.lowerBound + (periods.upperBound - periods.lowerBound) * stream.uniform()
        axis = stream.direction()
        offset = (stream.uniform() * period, stream.uniform() * period)
        let dark = 110 * stream.uniform()
        let bright = 255 - 110 * stream.uniform()
        func colour(_ grey: Double) -> Colour {
            func channel() -> UInt8 { UInt8(clamping: Int((grey + 50 * stream.uniform() - 25).rounded())) }
            return (channel(), channel(), channel())
        }
        colours = (colour(dark), colour(bright))
    }

    /// The colour of a pixel; only grain draws.
    func colour(x: Int, y: Int, _ stream: inout RandomStream) -> Colour {
        let u = (Double(x) * axis.x + Double(y) * axis.y + offset.0) / period
        let v = (Double(y) * axis.x - Double(x) * axis.y + offset.1) / period
        func phase(_ place: Double) -> Double { place - place.rounded(.down) }
        let isBright =
            switch kind {
            case .stripes: phase(u) < 0.5
            case .checks: (phase(u) < 0.5) == (phase(v) < 0.5)
            case .dots:
                (phase(u) - 0.5) * (phase(u) - 0.5) + (phase(v) - 0.5) * (phase(v) - 0.5) < 0.16
            case .grain: stream.uniform() < 0.5
            }
        return isBright ? colours.1 : colours.0
    }
}
