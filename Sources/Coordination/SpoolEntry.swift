/// A finished result as a worker keeps it until it is acknowledged.
package struct SpoolEntry: Hashable, Sendable {
    /// Whose the result is, and what it was computed for.
    package struct Key: Hashable, Sendable {
        package let cluster: ClusterID
        package let name: AttemptName
        package let trial: TrialID

        package init(_ cluster: ClusterID, _ name: AttemptName, _ trial: TrialID) {
            self.cluster = cluster
            self.name = name
            self.trial = trial
        }
    }

    package let key: Key
    package let result: TrialResult

    package init(_ key: Key, _ result: TrialResult) {
        self.key = key
        self.result = result
    }

    /// About how many bytes it takes, in memory or on disk, with the file that belongs to it.
    package var size: Int {
        let entries = result.metrics.count + result.maps.count + result.skipped.count
        return result.expectedMapBytes + (result.artifact?.size ?? 0) + Self.bytesAround + entries * Self.bytesPerEntry
    }

    private static let bytesAround = 512
    private static let bytesPerEntry = 64
}
