import Foundation
import Testing

/// Whatever dies, stops, breaks or fills up on the way: the table is that of a sweep that nothing happened to, byte for byte.
///
/// Each suite has a short form, which waits for events only and lets the protocol's clock run faster, and some a long one, which takes
/// the time that it says: docs/reliability.md has the commands. They run one after another, for each has a cluster of its own.
@Suite("Faults", .serialized)
enum FaultTests {
    /// A number that asks for the long form of a test.
    static func asked(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
