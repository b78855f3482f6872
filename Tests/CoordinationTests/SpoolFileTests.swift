import Coordination
import Simulation
import Testing

@Suite("Spool files")
struct SpoolFileTests {
    private static let entries = (1...3).map { number in
        SpoolEntry(
            Vocabulary.key(number, Vocabulary.attempt(2, of: 7), of: ClusterID(9)),
            Vocabulary.result(Double(number) / 8))
    }
    private static let file = SpoolFile.bytes(of: entries)

    @Test func `results come back as they went in, large maps too`() {
        let large = SpoolEntry(Vocabulary.key(4), Vocabulary.largeResult())
        let entries = Self.entries + [large]
        #expect(SpoolFile.contents(of: SpoolFile.bytes(of: entries)) == SpoolFile.Contents(entries: entries))
    }

    @Test func `every truncation is noticed, and costs only what is cut`() {
        for count in Self.file.indices {
            let contents = SpoolFile.contents(of: Array(Self.file.prefix(count)))
            #expect(contents.damage != nil, "\(count) of \(Self.file.count) bytes")
            #expect(contents.entries == Array(Self.entries.prefix(contents.entries.count)))
        }
    }

    @Test func `every flipped bit is noticed, and no wrong result comes of it`() {
        for index in Self.file.indices {
            for bit in 0..<8 {
                var file = Self.file
                file[index] ^= 1 << bit
                let contents = SpoolFile.contents(of: file)
                #expect(contents.damage != nil, "bit \(bit) of byte \(index)")
                #expect(contents.entries.allSatisfy(Self.entries.contains))
            }
        }
    }

    @Test func `damage to one result leaves the others whole`() {
        var file = Self.file
        file[file.count / 2] ^= 1
        let contents = SpoolFile.contents(of: file)
        #expect(contents.entries == [Self.entries[0], Self.entries[2]])
        #expect(contents.damage?.hasPrefix("1 of its 3 results cannot be read") == true)
    }

    @Test func `blocks follow one another, and damage to one leaves the others whole`() {
        let other = [SpoolEntry(Vocabulary.key(4), Vocabulary.result())]
        #expect(
            SpoolFile.contents(of: Self.file + SpoolFile.bytes(of: other))
                == SpoolFile.Contents(entries: Self.entries + other))
        var file = Self.file
        file[file.count / 2] ^= 1
        let contents = SpoolFile.contents(of: file + SpoolFile.bytes(of: other))
        #expect(contents.entries == [Self.entries[0], Self.entries[2]] + other)
        #expect(contents.damage?.hasPrefix("1 of its 4 results cannot be read") == true)
    }

    @Test func `what follows the last result is noticed`() {
        #expect(SpoolFile.contents(of: Self.file + [0]).damage == "1 bytes follow its last result")
    }

    @Test func `noise is no file of results, and takes no memory`() {
        var random = SplitMix64(seed: 4)
        for count in 0..<200 {
            let noise = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(SpoolFile.contents(of: noise).damage?.hasPrefix("its head cannot be read") == true)
        }
    }
}
