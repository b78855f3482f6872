package import Experiments

/// A setting and the values that a sweep gives it.
package struct Axis: Hashable, Sendable {
    /// The name of the setting, `posenet.kernel`.
    package let key: String
    package let values: [SettingValue]

    package init(_ key: String, _ values: [SettingValue]) {
        self.key = key
        self.values = values
    }
}

/// Every combination of the values of some axes, in the order in which a reader would write them down.
///
/// The last axis turns fastest. Combinations are computed when they are read: a grid of a million trials takes the
/// memory of its axes.
package struct Grid: RandomAccessCollection, Sendable {
    package static let largestCount = 1_000_000
    package let axes: [Axis]
    package let count: Int

    /// Lays the grid out, without computing a combination.
    ///
    /// - Parameters:
    ///   - axes: The last one turns fastest.
    ///   - repeats: How often each combination runs; it counts against the limit.
    /// - Throws: `emptyAxis` or `tooManyTrials`.
    package init(axes: [Axis], repeats: Int = 1) throws(SweepMistake.Cause) {
        var count = 1
        var trials = repeats
        for axis in axes {
            guard !axis.values.isEmpty else { throw .emptyAxis(axis.key) }
            let (product, overflow) = trials.multipliedReportingOverflow(by: axis.values.count)
            guard !overflow, product <= Self.largestCount else {
                let sizes = axes.map { "\($0.key): \($0.values.count)" } + (repeats > 1 ? ["seeds: \(repeats)"] : [])
                throw .tooManyTrials(sizes.joined(separator: ", "), limit: Self.largestCount)
            }
            trials = product
            count *= axis.values.count
        }
        (self.axes, self.count) = (axes, count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    /// The combination with this number: its digits in the mixed radix of the axes' lengths.
    package subscript(position: Int) -> [String: SettingValue] {
        var rest = position
        var combination: [String: SettingValue] = [:]
        for axis in axes.reversed() {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: axis.values.count)
            combination[axis.key] = axis.values[digit]
            rest = quotient
        }
        return combination
    }
}
