/// From how many hosts on more of them help little, and why.
package struct ScaleLimit: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// Nothing is left to share out: the longest task takes most of the time.
        case longestTask
        /// There are fewer tasks than hosts, since more of them would extract more than they fit.
        case passes
        /// Hosts make passes that others have made too.
        case repeatedPasses
        /// Hosts wait for images and weights.
        case link
    }

    /// The plan for the fewest hosts that compute for less than half of their time.
    package let plan: ScalePlan
    package let cause: Cause

    /// Hosts that are looked at.
    private static let steps = [1, 2, 3, 5, 7].flatMap { digit in [1, 10, 100, 1_000].map { digit * $0 } }.sorted()

    /// Nil where even thousands of hosts are put to use.
    package init?(_ sweeps: [ScaleSweep], rates: ScaleRates) {
        let plans = Self.steps.lazy.map { ScalePlan(sweeps, hosts: $0, rates: rates) }
        guard let plan = plans.first(where: { $0.efficiency < 0.5 }) else { return nil }
        self.plan = plan
        let largest = max(plan.repeated, plan.waiting, plan.idle)
        cause =
            switch largest {
            case plan.waiting: .link
            case plan.repeated: .repeatedPasses
            default: plan.tasks < plan.hosts ? .passes : .longestTask
            }
    }
}
