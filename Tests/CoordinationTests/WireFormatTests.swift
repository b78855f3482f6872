import Coordination
import TestSupport
import Testing

@Suite("Wire format")
struct WireFormatTests {
    @Test(arguments: WireSamples.workerMessages.map(\.message))
    func `a worker's message comes out as it went in`(message: WorkerMessage) throws {
        #expect(try WorkerMessage(body: message.body) == message)
    }

    @Test(arguments: WireSamples.coordinatorMessages.map(\.message))
    func `a coordinator's message comes out as it went in`(message: CoordinatorMessage) throws {
        #expect(try CoordinatorMessage(body: message.body) == message)
    }

    @Test func `a side's message is not taken from the other side`() {
        #expect(throws: WireError.unexpectedContent) { try WorkerMessage(body: CoordinatorMessage.drain.body) }
        #expect(throws: WireError.unexpectedContent) { try CoordinatorMessage(body: WorkerMessage.goodbye.body) }
        #expect(throws: WireError.unexpectedContent) { try WorkerMessage(body: []) }
    }

    @Test(arguments: WireSamples.workerMessages.map { ($0.name, $0.message.body) })
    func `the bytes of a worker's message stay as they are`(name: String, body: [UInt8]) throws {
        try expectGolden(listing(body), "\(name).txt")
    }

    @Test(arguments: WireSamples.coordinatorMessages.map { ($0.name, $0.message.body) })
    func `the bytes of a coordinator's message stay as they are`(name: String, body: [UInt8]) throws {
        try expectGolden(listing(body), "\(name).txt")
    }

    private func listing(_ body: [UInt8]) throws -> String {
        let frame = Frame(kind: .message, version: 1, session: 0x0102_0304, sequence: 7, body: body)
        let header = [(0, 4), (4, 5), (5, 6), (6, 8), (8, 16), (16, 24), (24, 28), (28, 32)]
        let names = ["magic", "kind", "zero", "version", "session", "sequence", "bytes in the body", "CRC-32C"]
        let lines = zip(header, names).map { part, name in
            "\(ProtobufListing.hex(frame.header[part.0..<part.1]))  \(name)\n"
        }
        return lines.joined() + "\n" + (try #require(ProtobufListing.text(of: body)))
    }

    @Test func `map values travel bit by bit, also those that are no numbers`() throws {
        let values: [Float] = [.nan, -0.0, .infinity, .leastNonzeroMagnitude, 1, -2.5]
        let patterns = values.map(\.bitPattern)
        let map = TrialResult.Map(testSet: "a", image: 0, imageName: "b", height: 2, width: 3, values: values)
        let result = TrialResult(metrics: [], maps: [map], skipped: [], provenance: Vocabulary.result().provenance)
        let body = WorkerMessage.offer(Vocabulary.offer(result, of: 1)).body
        guard case .offer(let offer) = try WorkerMessage(body: body) else {
            Issue.record("not an offer")
            return
        }
        #expect(offer.result.maps.map { $0.values.map(\.bitPattern) } == [patterns])
    }

    @Test func `chunks put together are the map's values`() throws {
        let result = Vocabulary.largeResult(height: 100)
        #expect(result.mapBytes.count == 40_000)
        #expect(try result.withoutValues.withMapValues(from: result.mapBytes) == result)
        #expect(throws: WireError.mapBytes(found: 39_999, shapes: 40_000)) {
            try result.withoutValues.withMapValues(from: result.mapBytes.dropLast())
        }
    }

    /// The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
    @Test func `the checksum is CRC-32C`() {
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
        // RFC 3720, B.4: 32 bytes of zeroes, 32 bytes of ones.
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xff, count: 32)) == 0x62A8_AB43)
    }
}
