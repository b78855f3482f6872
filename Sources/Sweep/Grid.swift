/// Every combination of the steps of some axes, in the order in which a reader would write them down.
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
            guard !axis.steps.isEmpty else { throw .emptyAxis(axis.name) }
            let (product, overflow) = trials.multipliedReportingOverflow(by: axis.steps.count)
            guard !overflow, product <= Self.largestCount else {
                let sizes = axes.map { "\($0.name): \($0.steps.count)" } + (repeats > 1 ? ["seeds: \(repeats)"] : [])
                throw .tooManyTrials(sizes.joined(separator: ", "), limit: Self.largestCount)
            }
            trials = product
            count *= axis.steps.count
        }
        (self.axes, self.count) = (axes, count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    /// The combination with this number: its digits in the mixed radix of the axes' lengths.
    package subscript(position: Int) -> [Assignment] {
        var rest = position
        var combination: [Assignment] = []
        for axis in axes.reversed() {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: axis.steps.count)
            combination += axis.steps[digit]
            rest = quotient
        }
        return combination
    }
}
