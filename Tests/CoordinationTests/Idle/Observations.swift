import Coordination

extension HostObservation {
    /// A machine that nobody needs, on a Monday at noon.
    static let quiet = HostObservation(
        input: .idle(.seconds(86_400)), availableMemory: 8_000_000_000, time: LocalTime(day: 0, minute: 12 * 60))

    /// The same machine with something else about it.
    static func seen(_ change: (inout HostObservation) -> Void) -> HostObservation {
        var seen = quiet
        change(&seen)
        return seen
    }

    /// Somebody has just typed.
    static let used = seen { $0.input = .idle(.zero) }
}
