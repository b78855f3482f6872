import Coordination
import Testing

@Suite("Fetching blobs")
struct BlobTransferTests {
    private static let start = Moment.start
    private static let chunk = Policy.chunkBytes

    private func moment(_ seconds: Int) -> Moment { Self.start.advanced(by: .seconds(seconds)) }

    private func name(_ number: UInt8) throws -> BlobName {
        try #require(BlobName([UInt8](repeating: number, count: 32)))
    }

    /// A transfer with a connection, that wants this.
    private func fetching(_ wanted: BlobTransfer.Wanted...) -> (BlobTransfer, [BlobTransfer.Effect]) {
        var transfer = BlobTransfer()
        _ = transfer.handle(.connected, at: Self.start)
        let effects = transfer.handle(.wanted(wanted), at: Self.start)
        return (transfer, effects)
    }

    private func piece(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    private func wants(_ effects: [BlobTransfer.Effect]) -> [BlobRequest] {
        effects.compactMap { if case .send(let request) = $0 { request } else { nil } }
    }

    @Test func `a blob is described, looked for, asked for in order, checked and finished`() throws {
        let blob = try name(1)
        var (transfer, effects) = fetching(BlobTransfer.Wanted(blob))
        #expect(effects == [.send(.describe(blob))])
        let size = Self.chunk + 10
        effects = transfer.handle(.received(.described(blob, size: size, path: "/there")), at: Self.start)
        #expect(effects == [.look(blob, size: size, path: "/there")])
        effects = transfer.handle(.found(blob, kept: 0), at: Self.start)
        #expect(
            effects == [
                .send(.want(blob, offset: 0, bytes: Self.chunk)), .send(.want(blob, offset: Self.chunk, bytes: 10)),
            ])
        effects = transfer.handle(.received(.chunk(blob, offset: 0, bytes: piece(Self.chunk))), at: Self.start)
        #expect(effects == [.write(blob, offset: 0, bytes: piece(Self.chunk))])
        effects = transfer.handle(.received(.chunk(blob, offset: Self.chunk, bytes: piece(10))), at: Self.start)
        #expect(effects == [.write(blob, offset: Self.chunk, bytes: piece(10)), .check(blob)])
        #expect(!transfer.isDone)
        #expect(transfer.handle(.checked(blob, isSound: true), at: Self.start) == [.finished(blob)])
        #expect(transfer.isDone)
    }

    @Test func `what is on this host already is not asked for`() throws {
        let blob = try name(1)
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob))
        _ = transfer.handle(.received(.described(blob, size: 100, path: nil)), at: Self.start)
        #expect(transfer.handle(.found(blob, kept: nil), at: Self.start) == [.finished(blob)])
        #expect(transfer.isDone)
    }

    @Test func `it goes on behind what an earlier process has left`() throws {
        let blob = try name(1)
        let (_, effects) = fetching(BlobTransfer.Wanted(blob, size: 100, kept: 60))
        #expect(effects == [.send(.want(blob, offset: 60, bytes: 40))])
    }

    @Test func `a whole one that was left is checked before anything is asked for`() throws {
        let blob = try name(1)
        var (transfer, effects) = fetching(BlobTransfer.Wanted(blob, size: 100, kept: 100))
        #expect(effects == [.check(blob)])
        effects = transfer.handle(.checked(blob, isSound: false), at: Self.start)
        #expect(effects == [.send(.want(blob, offset: 0, bytes: 100))])
    }

    @Test func `a part that is larger than the whole is another one's`() throws {
        let blob = try name(1)
        let (_, effects) = fetching(BlobTransfer.Wanted(blob, size: 100, kept: 101))
        #expect(effects == [.send(.want(blob, offset: 0, bytes: 100))])
    }

    @Test func `an empty blob is checked at once`() throws {
        let blob = try name(1)
        #expect(fetching(BlobTransfer.Wanted(blob, size: 0)).1 == [.check(blob)])
    }

    @Test func `what is asked for and not answered stays within the credit`() throws {
        let (large, small) = (try name(1), try name(2))
        let size = 100 * Self.chunk
        var (transfer, effects) = fetching(
            BlobTransfer.Wanted(large, size: size), BlobTransfer.Wanted(small, size: 5))
        var (asked, answered) = (0, 0)
        var pending: [BlobRequest] = wants(effects)
        var most = 0
        while !transfer.isDone {
            for case .want(_, _, let bytes) in wants(effects) { asked += bytes }
            most = max(most, asked - answered)
            #expect(asked - answered <= BlobTransfer.credit)
            guard case .want(let name, let offset, let bytes)? = pending.first else {
                Issue.record("nothing is asked for and \(answered) bytes are there")
                return
            }
            pending.removeFirst()
            effects = transfer.handle(.received(.chunk(name, offset: offset, bytes: piece(bytes))), at: Self.start)
            answered += bytes
            if effects.contains(.check(name)) {
                effects += transfer.handle(.checked(name, isSound: true), at: Self.start)
            }
            pending += wants(effects)
        }
        #expect(answered == size + 5)
        #expect(most == BlobTransfer.credit)
    }

    @Test func `thousands of small blobs are asked for a few at a time`() throws {
        var transfer = BlobTransfer()
        _ = transfer.handle(.connected, at: Self.start)
        let names = (0..<2_000).compactMap { BlobName([UInt8($0 >> 8), UInt8($0 & 255)] + piece(30)) }
        var pending = wants(transfer.handle(.wanted(names.map { .init($0, size: 9) }), at: Self.start))
        var finished = 0
        while let request = pending.popLast() {
            #expect(pending.count < 32)
            guard case .want(let name, _, _) = request else { continue }
            _ = transfer.handle(.received(.chunk(name, offset: 0, bytes: piece(9))), at: Self.start)
            let effects = transfer.handle(.checked(name, isSound: true), at: Self.start)
            finished += effects.contains(.finished(name)) ? 1 : 0
            pending += wants(effects)
        }
        #expect(finished == names.count)
        #expect(transfer.isDone)
    }

    @Test func `a chunk that was lost or damaged on the way is asked for again after a while`() throws {
        let blob = try name(1)
        var (transfer, effects) = fetching(BlobTransfer.Wanted(blob, size: 2 * Self.chunk))
        // The first one never comes; the second alone is of no use.
        effects = transfer.handle(.received(.chunk(blob, offset: Self.chunk, bytes: piece(Self.chunk))), at: Self.start)
        #expect(effects.isEmpty)
        #expect(wants(transfer.handle(.woke, at: moment(4))).isEmpty)
        effects = transfer.handle(.woke, at: moment(5))
        #expect(
            wants(effects) == [
                .want(blob, offset: 0, bytes: Self.chunk), .want(blob, offset: Self.chunk, bytes: Self.chunk),
            ])
    }

    @Test func `what comes twice is written once`() throws {
        let blob = try name(1)
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob, size: 2 * Self.chunk))
        let answer = BlobTransfer.Event.received(.chunk(blob, offset: 0, bytes: piece(Self.chunk)))
        #expect(transfer.handle(answer, at: Self.start).count == 1)
        #expect(transfer.handle(answer, at: Self.start).isEmpty)
    }

    @Test func `a new connection goes on with what is written, and asks for the rest again`() throws {
        let blob = try name(1)
        var (transfer, effects) = fetching(BlobTransfer.Wanted(blob, size: 3 * Self.chunk))
        _ = transfer.handle(.received(.chunk(blob, offset: 0, bytes: piece(Self.chunk))), at: Self.start)
        #expect(transfer.handle(.disconnected, at: moment(1)).first == .reconnect(failures: 1))
        #expect(wants(transfer.handle(.woke, at: moment(2))).isEmpty)
        #expect(transfer.handle(.disconnected, at: moment(3)).first == .reconnect(failures: 2))
        effects = transfer.handle(.connected, at: moment(4))
        #expect(
            wants(effects) == [
                .want(blob, offset: Self.chunk, bytes: Self.chunk),
                .want(blob, offset: 2 * Self.chunk, bytes: Self.chunk),
            ])
    }

    @Test func `a coordinator that has nothing to say is left for a new connection`() throws {
        var (transfer, _) = fetching(BlobTransfer.Wanted(try name(1)))
        _ = transfer.handle(.woke, at: moment(5))
        _ = transfer.handle(.woke, at: moment(10))
        #expect(transfer.handle(.woke, at: moment(15)).contains(.reconnect(failures: 1)))
    }

    @Test func `a blob that turns out to be another one is fetched anew twice, then given up`() throws {
        let blob = try name(1)
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob, size: 4))
        for time in 1...3 {
            _ = transfer.handle(.received(.chunk(blob, offset: 0, bytes: piece(4))), at: Self.start)
            let effects = transfer.handle(.checked(blob, isSound: false), at: Self.start)
            #expect(
                effects == [time < 3 ? .send(.want(blob, offset: 0, bytes: 4)) : .failed(blob, .otherContent)])
        }
        #expect(transfer.isDone)
    }

    @Test(arguments: [1, 99, 101, 60_000])
    func `a chunk of another length is not written`(length: Int) throws {
        let blob = try name(1)
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob, size: 100))
        for time in 1...3 {
            let effects = transfer.handle(.received(.chunk(blob, offset: 0, bytes: piece(length))), at: Self.start)
            #expect(
                effects == [time < 3 ? .send(.want(blob, offset: 0, bytes: 100)) : .failed(blob, .otherLength)])
        }
    }

    @Test(arguments: [BlobRefusal.notServed, .vanished, .changed, .mayNotWork])
    func `a refusal ends it, and nothing else`(reason: BlobRefusal) throws {
        let (blob, other) = (try name(1), try name(2))
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob, size: 4), BlobTransfer.Wanted(other, size: 4))
        let effects = transfer.handle(.received(.refused(blob, reason)), at: Self.start)
        #expect(effects == [.failed(blob, .refused(reason))])
        #expect(!transfer.isDone)
    }

    @Test func `answers that nobody has asked for change nothing`() throws {
        let (blob, stranger) = (try name(1), try name(2))
        var (transfer, _) = fetching(BlobTransfer.Wanted(blob))
        for answer: BlobAnswer in [
            .described(stranger, size: 4, path: nil), .chunk(stranger, offset: 0, bytes: [1]),
            .refused(stranger, .notServed), .chunk(blob, offset: 0, bytes: [1]),
        ] {
            #expect(transfer.handle(.received(answer), at: Self.start).isEmpty)
        }
    }
}
