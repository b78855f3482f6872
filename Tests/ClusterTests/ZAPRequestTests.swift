import Testing

@testable import Cluster

/// ZeroMQ's RFC 27, byte by byte.
@Suite("ZAP requests")
struct ZAPRequestTests {
    private let frames: [[UInt8]] = [
        Array("1.0".utf8), Array("1".utf8), Array("posweep-1".utf8), Array("192.0.2.7".utf8), [0, 1, 2, 3, 4],
        Array("CURVE".utf8), [UInt8](0..<32),
    ]

    @Test func `a request for CURVE is read`() throws {
        let request = try #require(ZAPRequest(frames: frames, count: 7))
        #expect(request.identifier == Array("1".utf8))
        #expect(request.domain == "posweep-1")
        #expect(request.address == "192.0.2.7")
        #expect(request.key.description == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    }

    private static let wrong: [(Int, [UInt8])] = [
        (0, Array("1.1".utf8)), (0, Array("1.00".utf8)), (0, []), (5, Array("NULL".utf8)), (5, Array("PLAIN".utf8)),
        (5, Array("curve".utf8)), (5, Array("CURVE\0".utf8)), (6, []), (6, [UInt8](repeating: 0, count: 31)),
        (6, [UInt8](repeating: 0, count: 33)), (1, [UInt8](repeating: 1, count: 256)),
        (2, [UInt8](repeating: 65, count: 256)), (2, [0xFF, 0xFE]), (3, [UInt8](repeating: 49, count: 256)),
        (4, [UInt8](repeating: 1, count: 256)),
    ]

    @Test(arguments: wrong)
    func `whatever is not exactly that is no request`(index: Int, frame: [UInt8]) {
        var frames = frames
        frames[index] = frame
        #expect(ZAPRequest(frames: frames, count: 7) == nil)
    }

    @Test func `frames too few or too many are no request`() {
        for count in 0..<7 { #expect(ZAPRequest(frames: Array(frames.prefix(count)), count: count) == nil) }
        #expect(ZAPRequest(frames: frames + [[]], count: 8) == nil)
        #expect(ZAPRequest(frames: frames, count: 9) == nil)
        #expect(ZAPRequest.identifier(in: []).isEmpty)
        #expect(ZAPRequest.identifier(in: [[], [UInt8](repeating: 0, count: 256)]).isEmpty)
    }

    @Test func `an answer has the six frames of the RFC`() {
        let yes = ZAPRequest.answer(.admitted(user: "anna"), to: [7])
        #expect(yes == ["1.0", "\u{7}", "200", "", "anna", ""].map { Array($0.utf8) })
        let no = ZAPRequest.answer(.refused, to: [7])
        #expect(no == ["1.0", "\u{7}", "400", "", "", ""].map { Array($0.utf8) })
        #expect(ZAPRequest.answer(.malformed, to: [])[2] == Array("500".utf8))
    }
}
