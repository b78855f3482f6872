import Coordination
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Cluster

@Suite("Files that workers give")
struct ArrivalsTests {
    private static let chunk = Policy.chunkBytes
    private static let content = Data((0..<3 * chunk + 5).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })

    private func name(of data: Data) throws -> BlobName { try #require(BlobName(Array(SHA256.hash(data: data)))) }

    /// Gives pieces of a file, in this order.
    private func give(
        _ pieces: Range<Int>, of content: Data = content, as name: BlobName, to arrivals: inout Arrivals
    ) -> BlobAnswer? {
        var last: BlobAnswer?
        for piece in pieces {
            let range = piece * Self.chunk..<min((piece + 1) * Self.chunk, content.count)
            last = arrivals.answer(
                .put(name, size: content.count, offset: range.lowerBound, bytes: Array(content[range])))
        }
        return last
    }

    @Test func `a file that has come whole is there under its name, with its bytes`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            var arrivals = Arrivals(place) { _, _ in false }
            let name = try name(of: Self.content)
            #expect(arrivals.answer(.keep(name, size: Self.content.count)) == .kept(name, bytes: 0))
            #expect(give(0..<3, as: name, to: &arrivals) == .kept(name, bytes: 3 * Self.chunk))
            #expect(!FileManager.default.fileExists(atPath: place.whole(name)))
            #expect(give(3..<4, as: name, to: &arrivals) == .kept(name, bytes: Self.content.count))
            #expect(try Data(contentsOf: URL(filePath: place.whole(name))) == Self.content)
            // Whoever has it to give again is told that all of it is here.
            #expect(
                arrivals.answer(.keep(name, size: Self.content.count)) == .kept(name, bytes: Self.content.count))
        }
    }

    @Test func `what was interrupted goes on where it was, with another process too`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            let name = try name(of: Self.content)
            var first = Arrivals(place) { _, _ in false }
            _ = give(0..<2, as: name, to: &first)
            var second = Arrivals(place) { _, _ in false }
            #expect(
                second.answer(.keep(name, size: Self.content.count)) == .kept(name, bytes: 2 * Self.chunk))
            #expect(give(2..<4, as: name, to: &second) == .kept(name, bytes: Self.content.count))
            #expect(try Data(contentsOf: URL(filePath: place.whole(name))) == Self.content)
        }
    }

    @Test func `pieces that come twice or behind a gap change nothing`() throws {
        try withTemporaryFolder { folder in
            var arrivals = Arrivals(ArrivalFolder(stateFolder: folder)) { _, _ in false }
            let name = try name(of: Self.content)
            _ = give(0..<2, as: name, to: &arrivals)
            #expect(give(1..<2, as: name, to: &arrivals) == .kept(name, bytes: 2 * Self.chunk))
            #expect(give(3..<4, as: name, to: &arrivals) == .kept(name, bytes: 2 * Self.chunk))
            #expect(give(2..<4, as: name, to: &arrivals) == .kept(name, bytes: Self.content.count))
        }
    }

    @Test func `a file that is not what its name says is refused and thrown away`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            var arrivals = Arrivals(place) { _, _ in false }
            let name = try name(of: Data("something else".utf8))
            #expect(give(0..<4, as: name, to: &arrivals) == .refused(name, .otherContent))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
        }
    }

    @Test func `a file of another size than was said is none`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            var arrivals = Arrivals(place) { _, _ in false }
            let name = try name(of: Self.content)
            // Shorter than it is: what has come is then not what its name says.
            let short = Self.content.prefix(2 * Self.chunk)
            #expect(give(0..<2, of: Data(short), as: name, to: &arrivals) == .refused(name, .otherContent))
            // Longer: the end never comes.
            let long = Self.content + Data([0])
            #expect(give(0..<4, of: long, as: name, to: &arrivals) == .refused(name, .otherContent))
        }
    }

    @Test func `what somebody has adopted is not asked for again`() throws {
        try withTemporaryFolder { folder in
            let name = try name(of: Self.content)
            var arrivals = Arrivals(ArrivalFolder(stateFolder: folder)) { kept, size in kept == name && size == 7 }
            #expect(arrivals.answer(.keep(name, size: 7)) == .kept(name, bytes: 7))
            #expect(arrivals.answer(.put(name, size: 7, offset: 0, bytes: [1])) == .kept(name, bytes: 7))
            #expect(arrivals.answer(.keep(name, size: 8)) == .kept(name, bytes: 0))
        }
    }

    @Test func `many files may come at a time, each piece by piece`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            var arrivals = Arrivals(place) { _, _ in false }
            let contents = (0..<40).map { Self.content + Data([UInt8($0)]) }
            let names = try contents.map(name)
            for piece in 0..<4 {
                for (content, name) in zip(contents, names) {
                    _ = give(piece..<piece + 1, of: content, as: name, to: &arrivals)
                }
            }
            for (content, name) in zip(contents, names) {
                #expect(try Data(contentsOf: URL(filePath: place.whole(name))) == content)
            }
        }
    }

    @Test func `the oldest files that nobody adopts make room for others`() throws {
        try withTemporaryFolder { folder in
            let place = ArrivalFolder(stateFolder: folder)
            place.makeRoom(for: 0, limit: 0, sparing: [])
            for (age, name) in ["b", "a", "c"].enumerated() {
                let file = URL(filePath: place.path).appending(path: name)
                try Data(repeating: 1, count: 100).write(to: file)
                let date = Date(timeIntervalSince1970: 1_000_000 + 10 * Double(age))
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
            }
            place.makeRoom(for: 50, limit: 250, sparing: ["\(place.path)/b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["a", "b", "c"])
            place.makeRoom(for: 100, limit: 250, sparing: ["\(place.path)/b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["b", "c"])
        }
    }
}
