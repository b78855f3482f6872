import Testing

@testable import Sweep

@Suite("Sharing trials out among workers")
struct WorkerSharesTests {
    private func parts(_ groups: [(extraction: Double, fits: [Double])], workers: Int) -> [Int] {
        WorkerShares(groups.map { TaskCost(extraction: $0.extraction, fits: $0.fits) }, workers: workers).ranges.map(
            \.count)
    }

    private let ten = [Double](repeating: 10, count: 10)

    @Test func `no group is split where there are no more workers than groups of one length`() {
        #expect(parts([(1, ten), (0, [1])], workers: 1) == [1, 1])
        for workers in 0...2 { #expect(parts([(1, ten), (1, ten)], workers: workers) == [1, 1]) }
    }

    @Test func `the group that would end last is split first`() {
        #expect(parts([(1, ten), (1, [10, 10, 10])], workers: 3) == [2, 1])
        #expect(parts([(1, ten), (1, [10, 10, 10])], workers: 4) == [3, 1])
        #expect(parts([(1, ten), (1, ten)], workers: 3) == [2, 1])
        #expect(parts([(1, ten), (1, ten)], workers: 4) == [2, 2])
    }

    @Test func `a group that takes longer than a worker's share is split though there are other groups`() {
        #expect(parts([(0, [1]), (1, ten)], workers: 2) == [1, 2])
        #expect(parts([(0, [1]), (0, [1]), (0, [1]), (0, [1]), (1, ten)], workers: 4) == [1, 1, 1, 1, 3])
        #expect(parts([(1, ten), (1, ten), (1, ten)], workers: 2) == [1, 1, 1])
    }

    @Test func `extraction that outweighs the fits is not repeated`() {
        // 100 + 10 s would become 100 + 5 s.
        #expect(parts([(100, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])], workers: 8) == [1])
        // 20 s of extraction and 100 s of fits: five parts fit for 20 s each, six would for less.
        #expect(parts([(20, ten)], workers: 8) == [5])
        // The longer group cannot be helped; the other one can.
        #expect(parts([(500, [1, 1]), (1, ten)], workers: 3) == [1, 2])
    }

    @Test func `fits that outweigh their extraction are spread over all workers`() {
        #expect(parts([(1, [Double](repeating: 60, count: 500))], workers: 100) == [100])
    }

    @Test func `a group has no more parts than trials`() {
        #expect(parts([(0, [50, 50])], workers: 9) == [2])
        #expect(parts([(0, [50])], workers: 9) == [1])
        #expect(parts([], workers: 9).isEmpty)
    }

    @Test func `parts are of equal cost, in order, and whole`() {
        let fits = [Double](repeating: 1, count: 12) + [Double](repeating: 4, count: 6)
        let ranges = WorkerShares([TaskCost(extraction: 0, fits: fits)], workers: 3).ranges[0]
        #expect(ranges == [0..<12, 12..<15, 15..<18])
        #expect(
            WorkerShares([TaskCost(extraction: 0, fits: ten)], workers: 5).ranges[0] == [
                0..<2, 2..<4, 4..<6, 6..<8, 8..<10,
            ])
    }

    @Test func `a trial that outweighs all others stays whole, and the others use the workers that are left`() {
        let ranges = WorkerShares([TaskCost(extraction: 0, fits: [1, 1, 100, 1, 1, 1])], workers: 4).ranges[0]
        #expect(ranges.count == 4)
        #expect(ranges.contains(2..<3))
        #expect(ranges.flatMap(\.self) == [0, 1, 2, 3, 4, 5])
    }
}
