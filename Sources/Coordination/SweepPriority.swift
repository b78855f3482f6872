/// How a sweep's turns compare with those of others: one of priority 20 gets two tasks done while one of priority 10 gets
/// one, so that a sweep goes before others and none waits for ever.
package struct SweepPriority: Hashable, Sendable {
    /// From 1 to 100.
    package let value: Int

    package static let range = 1...100
    /// What a sweep has of which nothing else was said.
    package static let usual = SweepPriority(unchecked: 10)

    /// Nil outside of ``range``.
    package init?(_ value: Int) {
        guard Self.range.contains(value) else { return nil }
        self.init(unchecked: value)
    }

    private init(unchecked value: Int) {
        self.value = value
    }
}
