/// A name of 128 bits: the hash of what it names, or, for workers, drawn once by the shell.
///
/// Printed as 32 lower-case hexadecimal digits; two kinds of identifier never mix.
package struct Identifier<Kind>: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The identifier that these 32 hexadecimal digits spell, or nil.
    package init?(_ hexadecimal: some StringProtocol) {
        guard hexadecimal.utf8.count == 32, hexadecimal.allSatisfy(\.isHexDigit),
            let high = UInt64(hexadecimal.prefix(16), radix: 16), let low = UInt64(hexadecimal.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension Identifier: Comparable {
    package static func < (one: Self, other: Self) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String {
        Self.digits(of: high) + Self.digits(of: low)
    }

    /// The first eight digits, for log lines and tables.
    package var short: String { String(Self.digits(of: high).prefix(8)) }

    private static func digits(of half: UInt64) -> String {
        let digits = String(half, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

package enum SweepKind: Sendable {}
package enum TaskKind: Sendable {}
package enum TrialKind: Sendable {}
package enum WorkerKind: Sendable {}
package enum ClusterKind: Sendable {}

package typealias SweepID = Identifier<SweepKind>
package typealias TaskID = Identifier<TaskKind>
package typealias TrialID = Identifier<TrialKind>
package typealias WorkerID = Identifier<WorkerKind>
/// Names the results that a coordinator keeps, however often it is started; drawn once.
package typealias ClusterID = Identifier<ClusterKind>

extension ClusterID {
    /// What a coordinator belongs to that does not say.
    package static let unnamed = ClusterID(high: 0, low: 0)
}

/// The number of an execution of a task, counted from 1; it fences off late messages of an older execution.
package struct Attempt: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: UInt64

    package static let first = Attempt(number: 1)

    package init(number: UInt64) {
        self.number = number
    }

    /// The execution after this one.
    package var next: Attempt { Attempt(number: number + 1) }

    package static func < (one: Attempt, other: Attempt) -> Bool { one.number < other.number }

    package var description: String { String(number) }
}
