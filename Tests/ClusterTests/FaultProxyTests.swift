import TestSupport
import Testing

/// The faults that other tests rely on are really there, and the same again.
@Suite("Fault proxy", .timeLimit(.minutes(1)))
struct FaultProxyTests {
    @Test func `a fair network changes nothing`() {
        var stream = FaultyStream(seed: 1)
        stream.take([1, 2, 3], at: .zero, under: Faults())
        #expect(stream.next(at: .zero, under: Faults()) == [1, 2, 3])
        stream.drop(2)
        #expect(stream.next(at: .zero, under: Faults()) == [3])
        stream.drop(1)
        #expect(stream.isEmpty)
    }

    @Test func `late bytes come when they are due, and not before`() {
        let faults = Faults(delay: .milliseconds(200))
        var stream = FaultyStream(seed: 1)
        stream.take([1], at: .milliseconds(5), under: faults)
        #expect(stream.next(at: .milliseconds(204), under: faults) == nil)
        #expect(stream.due(under: faults) == .milliseconds(205))
        #expect(stream.next(at: .milliseconds(205), under: faults) == [1])
    }

    @Test func `a slow link takes a second for so many bytes`() {
        let faults = Faults(bytesPerSecond: 1_000)
        var stream = FaultyStream(seed: 1)
        for _ in 0..<20 { stream.take([UInt8](repeating: 0, count: 50), at: .zero, under: faults) }
        var last = Duration.zero
        while let due = stream.due(under: faults), let bytes = stream.next(at: due, under: faults) {
            last = due
            stream.drop(bytes.count)
        }
        #expect(last == .seconds(1))
    }

    @Test func `the same seed flips the same bits, however the bytes are cut into pieces`() {
        func flipped(seed: UInt64, pieces: [Int]) -> [UInt8] {
            let faults = Faults(bytesPerFlippedBit: 100)
            var stream = FaultyStream(seed: seed)
            for piece in pieces { stream.take([UInt8](repeating: 0, count: piece), at: .zero, under: faults) }
            var bytes: [UInt8] = []
            while let next = stream.next(at: .zero, under: faults) {
                bytes += next
                stream.drop(next.count)
            }
            #expect(bytes.reduce(0) { $0 + $1.nonzeroBitCount } == stream.flippedBits)
            #expect((60...150).contains(stream.flippedBits))
            return bytes
        }
        #expect(flipped(seed: 7, pieces: [10_000]) == flipped(seed: 7, pieces: [1, 999, 4_000, 5_000]))
        #expect(flipped(seed: 7, pieces: [10_000]) != flipped(seed: 8, pieces: [10_000]))
    }

    @Test func `a cut connection loses what is under way`() {
        let faults = Faults(delay: .seconds(1), bytesUntilCut: 10...20)
        var stream = FaultyStream(seed: 1)
        stream.take([UInt8](repeating: 0, count: 9), at: .zero, under: faults)
        #expect(!stream.isCut)
        stream.take([UInt8](repeating: 0, count: 12), at: .zero, under: faults)
        #expect(stream.isCut)
        #expect(stream.isEmpty)
        #expect(stream.room(under: faults) == 0)
    }

    @Test func `a full network takes no more`() {
        var stream = FaultyStream(seed: 1)
        while stream.room(under: Faults()) > 0 {
            stream.take([UInt8](repeating: 0, count: stream.room(under: Faults())), at: .zero, under: Faults())
        }
        #expect(stream.next(at: .zero, under: Faults()) != nil)
        #expect(stream.room(under: Faults(isBlocked: true)) == 0)
    }
}
