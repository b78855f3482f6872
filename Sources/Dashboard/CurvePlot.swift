import Coordination
import ResultsStore

/// A learning curve as a small picture in the page, and in words for those who do not see it.
///
/// Each metric has a scale of its own, from its lowest value to its largest: the picture shows how a training goes, the words
/// beneath it say where it is.
struct CurvePlot: Hashable {
    let title: String
    let curve: LearningCurve
    /// How many epochs the whole width stands for.
    let epochs: Int

    /// Those of trainings that have ended.
    static func all(of curves: TrialCurves) -> [CurvePlot] {
        curves.trials.map { trial in
            CurvePlot(title: curves.title(of: trial), curve: trial.curve, epochs: trial.curve.points.last?.epoch ?? 1)
        }
    }

    private static let (width, height, margin) = (220.0, 64.0, 4.0)
    /// Lines are told apart without colours.
    private static let dashes = ["none", "5 2", "1 2", "5 2 1 2"]

    var html: String {
        let words = curve.metrics.map { "\($0) \(curve.summary(of: $0, sparkline: false))" }
        let epoch = curve.points.last?.epoch ?? 0
        let text = (["epoch \(epoch) of \(epochs)"] + words).joined(separator: ", ")
        return """
            <figure>
            <svg role="img" aria-label="\(Page.escaped("\(title): \(text)"))" viewBox="0 0 220 64" width="220" height="64" \
            fill="none" stroke="currentColor">
            <title>\(Page.escaped(text))</title>
            \(lines.joined(separator: "\n"))
            </svg>
            <figcaption>\(Page.escaped(title))<br>\(Page.escaped(text))</figcaption>
            </figure>
            """
    }

    private var lines: [String] {
        curve.metrics.indices.compactMap { place in
            let values = curve.points.compactMap { point in point.values[place].map { (point.epoch, $0) } }
            guard let lowest = values.map(\.1).min(), let largest = values.map(\.1).max() else { return nil }
            let places = values.map { epoch, value in
                let x = Double(epoch - 1) / Double(max(1, epochs - 1))
                let y = largest > lowest ? Double((largest - value) / (largest - lowest)) : 0.5
                return "\(Self.place(x, Self.width)),\(Self.place(y, Self.height))"
            }
            // A line of one point is invisible; of two in one place it is a dot.
            let drawn = places.count == 1 ? places + places : places
            let dashes = Self.dashes[place % Self.dashes.count]
            return """
                <polyline points="\(drawn.joined(separator: " "))" stroke-linecap="round" stroke-dasharray="\(dashes)"/>
                """
        }
    }

    /// A place from 0 to 1 in the picture, to a tenth of a pixel.
    private static func place(_ share: Double, _ side: Double) -> String {
        let place = margin + min(1, max(0, share)) * (side - 2 * margin)
        return "\((place * 10).rounded() / 10)"
    }
}
