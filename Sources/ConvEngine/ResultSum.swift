import Synchronization

/// A sum that several threads add to.
final class ResultSum: Sendable {
    private let sum = Atomic(0)

    var total: Int { sum.load(ordering: .relaxed) }

    func add(_ value: Int) { sum.add(value, ordering: .relaxed) }
}
