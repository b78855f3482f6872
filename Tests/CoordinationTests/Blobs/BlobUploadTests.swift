import Coordination
import Testing

@Suite("Giving files")
struct BlobUploadTests {
    private static let chunk = Policy.chunkBytes
    private static let file = Vocabulary.artifact(size: 20 * chunk + 7)
    private static let keep = BlobUpload.Effect.send(.keep(file.name, size: file.size))
    private static let start = Moment.start

    private func moment(_ seconds: Int) -> Moment { Self.start.advanced(by: .seconds(seconds)) }

    private func kept(_ bytes: Int) -> BlobTransfer.Event { .received(.kept(Self.file.name, bytes: bytes)) }

    /// The ranges that are sent.
    private func ranges(_ effects: [BlobUpload.Effect]) -> [Range<Int>] {
        effects.compactMap { if case .put(let range) = $0 { range } else { nil } }
    }

    /// An upload whose coordinator has said how much it has.
    private func begun(having bytes: Int = 0) -> (BlobUpload, [Range<Int>]) {
        var upload = BlobUpload(Self.file)
        #expect(upload.handle(.connected, at: Self.start).first == Self.keep)
        let sent = ranges(upload.handle(kept(bytes), at: Self.start))
        return (upload, sent)
    }

    @Test func `pieces go in order, as many as there is credit for`() {
        var (upload, first) = begun()
        #expect(first == (0..<8).map { $0 * Self.chunk..<($0 + 1) * Self.chunk })
        let next = ranges(upload.handle(kept(2 * Self.chunk), at: Self.start))
        #expect(next == (8..<10).map { $0 * Self.chunk..<($0 + 1) * Self.chunk })
    }

    @Test func `what the coordinator has is not sent, and the last piece is what is left`() {
        let (_, sent) = begun(having: 19 * Self.chunk)
        #expect(sent == [19 * Self.chunk..<20 * Self.chunk, 20 * Self.chunk..<Self.file.size])
    }

    @Test func `it is finished when the coordinator says that it has all`() {
        var (upload, _) = begun(having: 20 * Self.chunk)
        #expect(!upload.isDone)
        #expect(upload.handle(kept(Self.file.size), at: Self.start) == [.finished])
        #expect(upload.isDone)
        #expect(upload.handle(kept(Self.file.size), at: Self.start) == [])
    }

    @Test func `a new connection asks how far it came, and goes on from there`() {
        var (upload, _) = begun()
        #expect(upload.handle(.disconnected, at: moment(1)).first == .reconnect(failures: 1))
        #expect(upload.handle(.connected, at: moment(2)).first == Self.keep)
        #expect(ranges(upload.handle(kept(3 * Self.chunk), at: moment(2))).first == 3 * Self.chunk..<4 * Self.chunk)
    }

    @Test func `silence is asked into, and after three times there is another connection`() {
        var (upload, _) = begun()
        #expect(upload.handle(.woke, at: moment(5)).first == Self.keep)
        #expect(upload.handle(.woke, at: moment(10)).first == Self.keep)
        #expect(upload.handle(.woke, at: moment(15)).first == .reconnect(failures: 1))
    }

    @Test func `answers about another file, or of more than there is, change nothing`() {
        var (upload, _) = begun()
        let other = Vocabulary.artifact(9)
        #expect(ranges(upload.handle(.received(.kept(other.name, bytes: other.size)), at: Self.start)).isEmpty)
        #expect(ranges(upload.handle(kept(Self.file.size + 1), at: Self.start)).isEmpty)
        #expect(!upload.isDone)
    }

    @Test func `a refusal ends it`() {
        var (upload, _) = begun()
        #expect(
            upload.handle(.received(.refused(Self.file.name, .noRoom)), at: Self.start) == [.refused(.noRoom)])
        #expect(upload.isDone)
    }
}
