import ConvEngine
import Synchronization
import Testing

@Suite("Image team")
struct ImageTeamTests {
    private struct Refusal: Error, Equatable {
        let index: Int
    }

    @Test(arguments: [1, 2, 4], [0, 1, 3, 1_000])
    func `every index is worked on once`(threads: Int, count: Int) {
        let visits = Mutex([Int](repeating: 0, count: count))
        let team = ImageTeam(threads: threads)
        for _ in 0..<3 {
            team.forEach(count) { index in visits.withLock { $0[index] += 1 } }
        }
        #expect(visits.withLock(\.self) == [Int](repeating: 3, count: count))
    }

    @Test(arguments: [1, 2, 4])
    func `results come in the order of their indices`(threads: Int) {
        #expect(ImageTeam(threads: threads).map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    }

    @Test(arguments: [1, 2, 4])
    func `the lowest failing index is reported, however many threads there are`(threads: Int) {
        let team = ImageTeam(threads: threads)
        for _ in 0..<50 {
            #expect(throws: Refusal(index: 7)) {
                try team.forEach(100) { (index) throws(Refusal) in
                    if index >= 7 { throw Refusal(index: index) }
                }
            }
        }
    }

    @Test func `a body may use the team itself`() {
        let team = ImageTeam(threads: 2)
        let sums = team.map(4) { outer in
            team.map(5) { inner in outer * inner }.reduce(0, +)
        }
        #expect(sums == [0, 10, 20, 30])
    }

    @Test func `a team serves several threads at once`() {
        let team = ImageTeam(threads: 3)
        let users = ImageTeam(threads: 4)
        let sums = users.map(40) { user in team.map(10) { user + $0 }.reduce(0, +) }
        #expect(sums == (0..<40).map { 10 * $0 + 45 })
    }
}
