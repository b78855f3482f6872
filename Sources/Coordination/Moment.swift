/// A point on the clock of the process that runs a state machine.
///
/// Only differences mean anything: wall clocks jump, and nobody compares the clocks of two hosts.
package struct Moment: Hashable, Comparable, Sendable {
    /// The time since the process's own beginning.
    package let sinceStart: Duration

    package static let start = Moment(sinceStart: .zero)

    package init(sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    package func advanced(by duration: Duration) -> Moment { Moment(sinceStart: sinceStart + duration) }

    package func duration(since other: Moment) -> Duration { sinceStart - other.sinceStart }

    package static func < (one: Moment, other: Moment) -> Bool { one.sinceStart < other.sinceStart }
}
