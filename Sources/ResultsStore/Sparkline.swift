package import Coordination
import Foundation

/// A curve as a few characters of a line of text: `█▅▃▂▁▁`.
package enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let longest = 16

    /// The values between the lowest and the largest of them, in at most sixteen characters.
    package static func text(_ values: [Float]) -> String {
        guard let lowest = values.min(), let largest = values.max() else { return "" }
        let height = largest - lowest
        return String(
            LearningCurve.places(of: values.count, atMost: longest).map { place in
                let share = height > 0 ? (values[place] - lowest) / height : 0
                return blocks[min(blocks.count - 1, max(0, Int((share * Float(blocks.count - 1)).rounded())))]
            })
    }
}

extension LearningCurve {
    /// How a metric went from its first value to its last: `0.4213 → 0.0214`, and drawn where that is wanted.
    package func summary(of metric: String, sparkline: Bool) -> String {
        let values = values(of: metric)
        guard let first = values.first, let last = values.last else { return "–" }
        let digits = values.count > 1 ? "\(Self.short(first)) → \(Self.short(last))" : Self.short(last)
        return sparkline && values.count > 1 ? "\(digits) \(Sparkline.text(values))" : digits
    }

    /// The newest value of each metric: `loss 0.0214, Fm 0.7950`.
    package var newest: String {
        guard let last = points.last else { return "" }
        return zip(metrics, last.values).map { "\($0) \($1.map(Self.short) ?? "–")" }.joined(separator: ", ")
    }

    private static func short(_ value: Float) -> String { String(format: "%.4f", value) }
}
