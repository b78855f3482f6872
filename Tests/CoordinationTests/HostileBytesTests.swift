import Coordination
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
    // MARK: Headers

    private static let frame = Frame(
        kind: .message, version: 1, session: 1, sequence: 1, body: WorkerMessage.goodbye.body)

    @Test func `a frame comes out as it went in`() throws {
        #expect(try Frame(header: Self.frame.header, body: Self.frame.body) == Self.frame)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `a header of another size is refused`(size: Int) {
        let header = Array((Self.frame.header + Self.frame.header).prefix(size))
        #expect(throws: WireError.headerSize(size)) { try Frame(header: header, body: Self.frame.body) }
    }

    @Test(arguments: [
        (0, 0x51, WireError.magic), (4, 0, .kind(0)), (4, 9, .kind(9)), (24, 1, .bodySize(2)), (27, 0xff, .bodySize(2)),
        (28, 0, .checksum),
    ])
    func `a header that lies is refused`(offset: Int, byte: UInt8, error: WireError) {
        var header = Self.frame.header
        header[offset] = byte
        #expect(throws: error) { try Frame(header: header, body: Self.frame.body) }
    }

    @Test func `a body that was changed on the way is refused`() {
        #expect(throws: WireError.checksum) { try Frame(header: Self.frame.header, body: [0x43, 0]) }
    }

    @Test func `a body may have 65,536 bytes and not one more`() throws {
        let largest = Frame(
            kind: .answer, version: 1, session: 1, sequence: 1, body: [UInt8](repeating: 0, count: 65_536))
        #expect(try Frame(header: largest.header, body: largest.body) == largest)
        let tooLarge = Frame(
            kind: .answer, version: 1, session: 1, sequence: 1, body: [UInt8](repeating: 0, count: 65_537))
        #expect(throws: WireError.bodySize(65_537)) { try Frame(header: tooLarge.header, body: tooLarge.body) }
        #expect(throws: WireError.bodySize(65_537)) { try WorkerMessage(body: tooLarge.body) }
    }

    // MARK: Bodies

    @Test(arguments: [0, 15, 17])
    func `an identifier has 16 bytes`(size: Int) {
        expect(.identifier("task", bytes: size), field: 7, Self.attempt(task: [UInt8](repeating: 1, count: size)))
    }

    @Test(arguments: [0, UInt64(Int64.max), UInt64.max])
    func `an attempt's number is neither zero nor near overflow`(number: UInt64) {
        expect(.number("attempt"), field: 7, Self.attempt(number))
    }

    @Test(arguments: [1.5, -0.001, .nan, .infinity, -.infinity])
    func `progress is from 0 to 1`(fraction: Double) {
        let progress = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.double(2, fraction)
        }
        expect(.number("fraction"), field: 3, progress)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a metric is a number or absent`(value: Double) {
        let metric = ProtobufBytes.message { $0.double(3, value) }
        expect(.number("metric.value"), field: 4, Self.offer { $0.bytes(3, metric) })
    }

    @Test func `a time that is no number is refused`() {
        let provenance = ProtobufBytes.message { $0.double(7, .nan) }
        expect(.number("provenance.seconds"), field: 4, Self.offer { $0.bytes(6, provenance) })
    }

    @Test(arguments: [("metrics", 3 as UInt64), ("maps", 4), ("skipped", 5)])
    func `a result has at most 4,096 entries of a kind`(name: String, field: UInt64) {
        let offer = Self.offer { offer in
            for _ in 0..<4097 { offer.bytes(field, []) }
        }
        expect(.count(name, found: 4097, largest: 4096), field: 4, offer)
    }

    @Test func `a worker names at most 1,024 executions`() {
        let heartbeat = ProtobufBytes.message { message in
            for _ in 0..<1025 { message.bytes(2, Self.attempt()) }
        }
        expect(.count("held", found: 1025, largest: 1024), field: 2, heartbeat)
        expect(.number("credit"), field: 2, ProtobufBytes.message { $0.number(1, 1025) })
    }

    @Test(arguments: [5, 7])
    func `map values take four bytes for each cell of the shapes`(bytes: Int) {
        let offer = Self.offer {
            $0.bytes(4, Self.shape(1, 1))
            $0.bytes(7, [UInt8](repeating: 0, count: bytes))
        }
        expect(.mapBytes(found: bytes, shapes: 4), field: 4, offer)
    }

    @Test func `values do not travel with an offer whose shapes are large`() {
        let offer = Self.offer {
            $0.bytes(4, Self.shape(100, 100))
            $0.bytes(7, [UInt8](repeating: 0, count: 40_000))
        }
        expect(.mapBytes(found: 40_000, shapes: 40_000), field: 4, offer)
    }

    @Test(arguments: [(4097, 1), (1, 4097), (1 << 32 - 1, 1 << 32 - 1)])
    func `a map's side is at most 4,096`(height: UInt64, width: UInt64) {
        expect(
            .number(height > 4096 ? "map.height" : "map.width"), field: 4,
            Self.offer { $0.bytes(4, Self.shape(height, width)) })
    }

    @Test func `many large maps are refused before anything is allocated for them`() {
        let offer = Self.offer { offer in
            for _ in 0..<4096 { offer.bytes(4, Self.shape(4096, 4096)) }
        }
        expect(.count("map bytes", found: 1 << 38, largest: 1 << 26), field: 4, offer)
    }

    @Test func `a cause has at most 10 KiB and is UTF-8`() {
        let long = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.number(2, 1)
            $0.text(3, String(repeating: "é", count: 5121))
        }
        expect(.text("cause", bytes: 10_242, largest: 10_240), field: 6, long)
        let broken = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.number(2, 1)
            $0.bytes(3, [0xc3, 0x28])
        }
        expect(.undecodable, field: 6, broken)
    }

    @Test(arguments: [0 as UInt64, 5, 1 << 40])
    func `a kind of failure is one that we know`(kind: UInt64) {
        let failed = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.number(2, kind)
        }
        expect(.unknownValue("failure kind"), field: 6, failed)
    }

    @Test func `versions are an interval`() {
        let hello = ProtobufBytes.message {
            $0.number(1, 2)
            $0.number(2, 1)
            $0.bytes(3, [UInt8](repeating: 1, count: 16))
        }
        expect(.number("highest_version"), field: 1, hello)
    }

    @Test func `groups in groups without end are refused`() {
        // Field 100 as a group that is never closed, 20,000 times.
        let nested = [[UInt8]](repeating: [0xa3, 0x06], count: 20_000).flatMap { $0 }
        #expect(throws: WireError.undecodable) { try WorkerMessage(body: nested) }
    }

    @Test func `a field that says it is longer than the message is refused`() {
        #expect(throws: WireError.undecodable) {
            try WorkerMessage(body: [0x2a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1])
        }
    }

    @Test func `an assignment's body and trials have their limits`() {
        let body = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.bytes(2, [UInt8](repeating: 0, count: 49_153))
        }
        #expect(throws: WireError.count("task body", found: 49_153, largest: 49_152)) {
            try CoordinatorMessage(body: Self.envelope(35, body))
        }
        let trials = ProtobufBytes.message { message in
            message.bytes(1, Self.attempt())
            for _ in 0..<513 { message.bytes(3, [UInt8](repeating: 1, count: 16)) }
        }
        #expect(throws: WireError.count("trials", found: 513, largest: 512)) {
            try CoordinatorMessage(body: Self.envelope(35, trials))
        }
    }

    @Test func `a worker that holds too much, and a task that needs too much, are refused`() {
        let hello = ProtobufBytes.message {
            $0.number(1, 1)
            $0.number(2, 1)
            $0.bytes(3, [UInt8](repeating: 1, count: 16))
            $0.bytes(10, [UInt8](repeating: 1, count: 65 * 8))
        }
        expect(.count("holds", found: 65, largest: 64), field: 1, hello)
        let assign = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            $0.bytes(4, [UInt8](repeating: 1, count: 73 * 8))
        }
        #expect(throws: WireError.count("needs", found: 73, largest: 72)) {
            try CoordinatorMessage(body: Self.envelope(35, assign))
        }
    }

    @Test func `what earlier work has made is bounded in number and in size`() {
        func artifact(_ digest: Int, _ size: UInt64) -> [UInt8] {
            ProtobufBytes.message {
                $0.bytes(1, [UInt8](repeating: 1, count: digest))
                $0.number(2, size)
            }
        }
        for digest in [0, 31, 33] {
            expect(.digest("artifact", bytes: digest), field: 4, Self.offer { $0.bytes(8, artifact(digest, 1)) })
        }
        for size in [0, UInt64(TrialArtifact.sizeLimit) + 1, .max] {
            expect(.number("artifact"), field: 4, Self.offer { $0.bytes(8, artifact(32, size)) })
        }
        let assign = ProtobufBytes.message {
            $0.bytes(1, Self.attempt())
            for _ in 0..<17 {
                $0.bytes(5, ProtobufBytes.message { $0.bytes(1, [UInt8](repeating: 1, count: 16)) })
            }
        }
        #expect(throws: WireError.count("artifacts", found: 17, largest: 16)) {
            try CoordinatorMessage(body: Self.envelope(35, assign))
        }
    }

    @Test func `the largest assignment fits into a frame`() throws {
        let assign = CoordinatorMessage.assign(
            Vocabulary.attempt(Attempt(number: 1 << 60).number),
            body: [UInt8](repeating: 1, count: SweepTask.bodyBytesLimit),
            trials: (0..<UInt64(Policy.trialsLimit)).map(TrialID.init),
            needs: [UInt64](repeating: .max, count: SweepTask.needsLimit),
            TaskInputs(
                artifacts: Dictionary(
                    uniqueKeysWithValues: (0..<UInt64(TaskInputs.artifactsLimit)).map {
                        (TrialID(.max - $0), Vocabulary.artifact(size: TrialArtifact.sizeLimit))
                    }),
                checkpoint: TaskCheckpoint(Vocabulary.artifact(size: TrialArtifact.sizeLimit), step: 1 << 40)))
        let frame = Frame(kind: .message, version: 1, session: 1, sequence: 1, body: assign.body)
        #expect(try CoordinatorMessage(body: Frame(header: frame.header, body: frame.body).body) == assign)
    }

    // MARK: Writing

    private func expect(
        _ error: WireError, field: UInt64, _ content: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) {
            try WorkerMessage(body: Self.envelope(field, content))
        }
    }

    private static func envelope(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        ProtobufBytes.message { $0.bytes(field, content) }
    }

    private static func attempt(_ number: UInt64 = 1, task: [UInt8] = [UInt8](repeating: 1, count: 16)) -> [UInt8] {
        ProtobufBytes.message {
            $0.bytes(1, task)
            $0.number(2, number)
        }
    }

    private static func offer(_ write: (inout ProtobufBytes) -> Void) -> [UInt8] {
        ProtobufBytes.message {
            $0.bytes(1, attempt())
            $0.bytes(2, [UInt8](repeating: 2, count: 16))
            write(&$0)
        }
    }

    private static func shape(_ height: UInt64, _ width: UInt64) -> [UInt8] {
        ProtobufBytes.message {
            $0.number(4, height)
            $0.number(5, width)
        }
    }
}
