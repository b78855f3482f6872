package import Coordination

/// A predicted map, and the trial that it belongs to.
package struct StoredMap: Hashable, Sendable {
    package let trial: TrialID
    package let map: TrialResult.Map
}
