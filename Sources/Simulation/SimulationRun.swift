/// One seed's story: a cluster in virtual time from its start until every sweep has ended, or something is wrong.
package struct SimulationRun: Sendable {
    package let seed: UInt64
    /// How many events there were.
    package let steps: Int
    /// A number that stands for everything that happened: the same seed gives the same one.
    package let trace: UInt64
    /// The first invariants that did not hold, by the numbers of ARCHITECTURE.md; empty as long as the code is right.
    package let broken: [String]

    /// Runs a seed.
    ///
    /// - Parameters:
    ///   - seed: What everything is drawn from.
    ///   - bug: A mistake to make on purpose.
    ///   - log: Takes a line for each thing that happens.
    package init(seed: UInt64, bug: PlantedBug? = nil, log: ((String) -> Void)? = nil) {
        let cluster = SimulatedCluster(seed: seed, bug: bug, log: log)
        cluster.run()
        self.seed = seed
        steps = cluster.steps
        trace = cluster.trace
        broken = cluster.broken
    }
}
