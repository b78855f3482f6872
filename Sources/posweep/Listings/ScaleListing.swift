import Experiments
import Sweep

/// A plan for many hosts, for scripts.
struct ScaleListing: Encodable {
    /// What so many hosts take.
    struct Plan: Encodable {
        let hosts, tasks, passes: Int
        let seconds, longestTaskSeconds: Double
        let bytesMoved, bytesFetchedByAHost, bytesKeptByAHost, featureBytes: Int
        /// Of the hosts' time, in which each of these goes on.
        let computing, passesAgain, files, idle: Double

        init(_ plan: ScalePlan) {
            (hosts, tasks, passes) = (plan.hosts, plan.tasks, plan.passes)
            (seconds, longestTaskSeconds) = (plan.seconds, plan.longestTask)
            (bytesMoved, bytesFetchedByAHost) = (plan.bytesMoved, plan.bytesFetched)
            (bytesKeptByAHost, featureBytes) = (plan.bytesCached, plan.featureBytes)
            let all = Double(plan.hosts) * plan.seconds
            func share(_ seconds: Double) -> Double { all > 0 ? seconds / all : 0 }
            (computing, passesAgain) = (share(plan.useful), share(plan.repeated))
            (files, idle) = (share(plan.waiting), share(plan.idle))
        }
    }

    /// From how many hosts on they compute for less than half of their time, and what keeps them from it.
    struct Limit: Encodable {
        let hosts: Int
        let cause: String

        init(_ limit: ScaleLimit) {
            hosts = limit.plan.hosts
            cause =
                switch limit.cause {
                case .longestTask: "longestTask"
                case .passes: "passes"
                case .repeatedPasses: "repeatedPasses"
                case .link: "link"
                }
        }
    }

    let sweeps: [String]
    /// Images a second of a host, by encoder.
    let imagesPerSecond: [String: Double]
    /// Where the rates come from.
    let notes: [String]
    let linkBytesPerSecond: Double
    let plans: [Plan]
    /// Left out where thousands of hosts would be put to use.
    let limit: Limit?

    init(_ sweeps: [ScaleSweep], _ plans: [ScalePlan], rates: ScaleRates, limit: ScaleLimit?, notes: [String]) {
        self.sweeps = sweeps.map(\.name)
        imagesPerSecond = Dictionary(uniqueKeysWithValues: rates.images.map { ($0.key.rawValue, $0.value) })
        (self.notes, linkBytesPerSecond) = (notes, rates.link)
        self.plans = plans.map(Plan.init)
        self.limit = limit.map(Limit.init)
    }
}
