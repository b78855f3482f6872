import Coordination
import Testing

@Suite("Messages of blobs")
struct BlobMessageTests {
    private static let digits = (0..<32).map { UInt8($0) }

    private func name() throws -> BlobName { try #require(BlobName(Self.digits)) }

    @Test func `requests are read back as they were`() throws {
        for request: BlobRequest in [
            .describe(try name()), .want(try name(), offset: 0, bytes: 1),
            .want(try name(), offset: Policy.blobBytesLimit, bytes: Policy.chunkBytes),
            .keep(try name(), size: 1), .keep(try name(), size: TrialArtifact.sizeLimit),
            .put(try name(), size: 9, offset: 8, bytes: [1]),
            .put(
                try name(), size: TrialArtifact.sizeLimit, offset: TrialArtifact.sizeLimit - Policy.chunkBytes,
                bytes: [UInt8](repeating: 1, count: Policy.chunkBytes)),
        ] {
            #expect(try BlobRequest(body: request.body) == request)
        }
    }

    @Test func `answers are read back as they were`() throws {
        for answer: BlobAnswer in [
            .described(try name(), size: 0, path: nil), .described(try name(), size: 1 << 39, path: "/a b/ü"),
            .chunk(try name(), offset: 5, bytes: [9]),
            .chunk(try name(), offset: 0, bytes: [UInt8](repeating: 1, count: Policy.chunkBytes)),
            .refused(try name(), .changed), .refused(try name(), .otherContent), .refused(try name(), .noRoom),
            .kept(try name(), bytes: 0), .kept(try name(), bytes: TrialArtifact.sizeLimit),
        ] {
            #expect(try BlobAnswer(body: answer.body) == answer)
            #expect(answer.body.count <= Frame.bodyBytesLimit)
        }
    }

    /// The bytes that stand in the table of BlobLayout.swift.
    @Test func `the layout is the one that is written down`() throws {
        #expect(try BlobRequest.describe(name()).body == [1] + Self.digits)
        #expect(
            try BlobRequest.want(name(), offset: 0x0102_0304, bytes: 0x0506).body
                == [2] + Self.digits + [4, 3, 2, 1, 0, 0, 0, 0, 6, 5, 0, 0])
        #expect(
            try BlobAnswer.described(name(), size: 258, path: "/x").body
                == [3] + Self.digits + [2, 1, 0, 0, 0, 0, 0, 0, 0x2f, 0x78])
        #expect(
            try BlobAnswer.chunk(name(), offset: 1, bytes: [8, 9]).body
                == [4] + Self.digits + [1, 0, 0, 0, 0, 0, 0, 0, 8, 9])
        #expect(try BlobAnswer.refused(name(), .vanished).body == [5] + Self.digits + [2])
        #expect(try BlobRequest.keep(name(), size: 258).body == [6] + Self.digits + [2, 1, 0, 0, 0, 0, 0, 0])
        #expect(
            try BlobRequest.put(name(), size: 4, offset: 2, bytes: [8, 9]).body
                == [7] + Self.digits + [2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 9])
        #expect(try BlobAnswer.kept(name(), bytes: 258).body == [8] + Self.digits + [2, 1, 0, 0, 0, 0, 0, 0])
    }

    @Test func `what is cut off, too long or out of range is refused`() throws {
        let blob = try name()
        let bad: [[UInt8]] = [
            [], [1], [1] + Self.digits.dropLast(), [1] + Self.digits + [0], [9] + Self.digits,
            BlobRequest.want(blob, offset: 0, bytes: 1).body.dropLast(),
            BlobRequest.want(blob, offset: 0, bytes: 0).body,
            BlobRequest.want(blob, offset: 0, bytes: Policy.chunkBytes + 1).body,
            BlobRequest.want(blob, offset: Policy.blobBytesLimit + 1, bytes: 1).body,
            [2] + Self.digits + [UInt8](repeating: 255, count: 12),
            BlobRequest.keep(blob, size: 0).body, BlobRequest.keep(blob, size: TrialArtifact.sizeLimit + 1).body,
            BlobRequest.keep(blob, size: 1).body.dropLast(), BlobRequest.keep(blob, size: 1).body + [0],
            BlobRequest.put(blob, size: 1, offset: 0, bytes: []).body,
            BlobRequest.put(blob, size: 3, offset: 2, bytes: [1, 2]).body,
            BlobRequest.put(blob, size: TrialArtifact.sizeLimit + 1, offset: 0, bytes: [1]).body,
            BlobRequest.put(
                blob, size: 1 << 20, offset: 0, bytes: [UInt8](repeating: 1, count: Policy.chunkBytes + 1)
            ).body,
        ]
        for body in bad { #expect(throws: WireError.self, "\(body)") { try BlobRequest(body: body) } }
        let badAnswers: [[UInt8]] = [
            [], [3] + Self.digits + [1, 2, 3], [3] + Self.digits + [UInt8](repeating: 255, count: 8),
            BlobAnswer.described(blob, size: 1, path: nil).body + [0xff, 0xfe],
            BlobAnswer.described(blob, size: 1, path: String(repeating: "x", count: Policy.textLimit + 1)).body,
            BlobAnswer.chunk(blob, offset: 0, bytes: []).body,
            BlobAnswer.chunk(blob, offset: 0, bytes: [UInt8](repeating: 1, count: Policy.chunkBytes + 1)).body,
            [5] + Self.digits, [5] + Self.digits + [77], [8] + Self.digits,
            [8] + Self.digits + [UInt8](repeating: 255, count: 8), [1] + Self.digits,
        ]
        for body in badAnswers { #expect(throws: WireError.self, "\(body.prefix(50))") { try BlobAnswer(body: body) } }
    }
}
