package import Coordination

/// A worker as it introduced itself when it last joined.
package struct StoredWorker: Hashable, Sendable {
    package let id: WorkerID
    package let host: String
    package let programVersion: String
    package let threads: Int
    /// The wall clock in UTC, for people to read.
    package let joined: String
}
