/// The version of the messages, which has nothing to do with the program's version.
///
/// Within a version, messages only gain fields that whoever does not know them may ignore; hello, welcome and refused can be
/// read by every version.
package enum ProtocolVersion {
    package static let spoken = 1...1

    /// What a worker is told whose versions have none in common with its coordinator's: which of the two is older, and what
    /// it has to become.
    ///
    /// - Parameters:
    ///   - hello: What the worker has said.
    ///   - coordinator: The versions that the coordinator speaks.
    ///   - programVersion: The coordinator's program.
    /// - Returns: A sentence for whoever runs the worker.
    package static func disagreement(
        with hello: Hello, coordinator: ClosedRange<Int>, programVersion: String
    ) -> String {
        let worker =
            "the worker on \(hello.host), posweep \(hello.programVersion), speaks protocol \(text(hello.versions))"
        let other = "this coordinator, posweep \(programVersion), speaks \(text(coordinator))"
        let advice =
            hello.versions.upperBound < coordinator.lowerBound
            ? "the worker is too old: give it posweep \(programVersion), or another that speaks protocol \(text(coordinator))"
            : "the coordinator is too old: give it posweep \(hello.programVersion), or the worker posweep \(programVersion)"
        return "\(worker), and \(other) — \(advice)"
    }

    private static func text(_ versions: ClosedRange<Int>) -> String {
        versions.count == 1 ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
