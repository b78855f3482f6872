import Coordination
import Foundation
import Simulation
import TestSupport

/// Messages that nobody should send, from a seed.
struct HostileTraffic {
    private var generator: SplitMix64
    /// Drawn once: drawing 64 KiB for each message would take most of the test's time.
    private var pool: [UInt8] = []

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        for _ in 0..<100_000 / 8 {
            let word = draw()
            for byte in 0..<8 { pool.append(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
        }
    }

    private mutating func draw() -> UInt64 { generator.next() }

    mutating func number(below limit: Int) -> Int { Int(draw() % UInt64(max(1, limit))) }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        let start = number(below: pool.count - count)
        return Array(pool[start..<start + count])
    }

    // MARK: From within

    /// The frames of a message from a peer that was let in; behind them its connection may be gone.
    mutating func message() -> (frames: [[UInt8]], endsConnection: Bool) {
        switch number(below: 100) {
        case 0: return ([frame(body: []).header, bytes(80_000)], true)
        case 1...4: return ((0..<number(below: 12)).map { _ in bytes(number(below: 64)) } + [bytes(3)], false)
        case 5...24: return ([bytes(number(below: 80)), bytes(number(below: 300))], false)
        case 25: return ([bytes(32), bytes(65_536)], false)
        case 26...45:
            // A header that says something else about its body.
            let frame = frame(body: sample())
            var header = frame.header
            header[number(below: 32)] ^= UInt8(1 << number(below: 8))
            return ([header, frame.body], false)
        case 46...79:
            // A body that was changed before its checksum was made.
            var body = sample()
            for _ in 0...number(below: 3) where !body.isEmpty {
                body[number(below: body.count)] = UInt8(number(below: 256))
            }
            if number(below: 3) == 0 { body = Array(body.prefix(number(below: body.count + 1))) }
            return ([frame(body: body).header, body], false)
        case 80...89:
            // Pieces of requests, whole and half.
            let body =
                [UInt8(number(below: 3))] + Array("{\"why\":{\"_0\":\"\(draw())\"}}".utf8.prefix(number(below: 60)))
            return ([frame(.request, body: body).header, body], false)
        default:
            // Nothing wrong with it but that it comes at the wrong time, about what nobody knows.
            let body = sample()
            return ([frame(body: body).header, body], false)
        }
    }

    private mutating func frame(_ kind: Frame.Kind = .message, body: [UInt8]) -> Frame {
        Frame(kind: kind, version: number(below: 3), session: draw(), sequence: draw(), body: body)
    }

    /// A message as a worker could send it, about what it has nothing to do with.
    private mutating func sample() -> [UInt8] {
        let name = AttemptName(
            TaskID(high: draw(), low: draw()), Attempt(number: UInt64(1 + number(below: 5))))
        let trial = TrialID(high: draw(), low: draw())
        let message: WorkerMessage =
            switch number(below: 8) {
            case 0:
                .hello(
                    Hello(
                        versions: number(below: 3)...3, worker: WorkerID(high: draw(), low: draw()),
                        incarnation: draw(),
                        host: "hostile", programVersion: "?", threads: 1, epoch: draw() % 9, held: [name]))
            case 1: .heartbeat(credit: 0, held: [name, name])
            case 2: .progress(name, fraction: 0.5, note: "still at it")
            case 3: .offer(Offer(name, trial, result(), hasValues: false))
            case 4: .chunk(name, trial, offset: number(below: 1_000_000), bytes: bytes(number(below: 2_000)))
            case 5: .failed(name, .trial, cause: "because")
            case 6: .handedBack(name)
            default: .goodbye
            }
        return message.body
    }

    private mutating func result() -> TrialResult {
        TrialResult(
            metrics: [.init(testSet: "natural", name: "SPC", value: 0.5, images: 2, undefined: 0)],
            maps: [
                .init(
                    testSet: "natural", image: 0, imageName: "x", height: 1 + number(below: 300), width: 9, values: [])
            ],
            skipped: [],
            provenance: .init(
                programVersion: "?", host: "?", processor: "?", blas: "?", weights: "?", data: "?", seconds: 0))
    }

    // MARK: From without

    /// What a stranger writes to the coordinator's port on one connection, and how many messages that is.
    mutating func connection() -> (bytes: [UInt8], messages: Int) {
        switch number(below: 8) {
        case 0: return (bytes(1 + number(below: 300)), 1)
        case 1: return (Array("GET / HTTP/1.1\r\nHost: posweep\r\n\r\n".utf8), 1)
        case 2: return ([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + bytes(200), 1)
        // The signatures of ZMTP 1 and 2, and frames in their framing.
        case 3: return ([1, 0, 5, 0] + bytes(20), 2)
        case 4: return ([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 1, 5, 0, 0] + bytes(20), 2)
        // A greeting that breaks off.
        case 5: return (Array(greeting("CURVE").prefix(number(below: 64))), 1)
        default:
            let mechanism = ["NULL", "PLAIN", "CURVE", "CURVE", "GSSAPI", "curve"][number(below: 6)]
            let count = 1 + number(below: 12)
            return (greeting(mechanism) + (0..<count).flatMap { _ in zmtpFrame() }, 1 + count)
        }
    }

    private mutating func greeting(_ mechanism: String) -> [UInt8] {
        let name = Array(mechanism.utf8) + [UInt8](repeating: 0, count: 20 - mechanism.utf8.count)
        return [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, UInt8(number(below: 2))] + name + [0]
            + [UInt8](repeating: 0, count: 31)
    }

    /// A command or a message of ZMTP 3, whose length need not be true.
    private mutating func zmtpFrame() -> [UInt8] {
        let name = ["HELLO", "INITIATE", "READY", "ERROR", "MESSAGE", "PING"][number(below: 6)]
        let body = [UInt8(name.utf8.count)] + Array(name.utf8) + bytes(number(below: 260))
        switch number(below: 4) {
        case 0:
            // A HELLO of the right size.
            return [4, 200, 5] + Array("HELLO".utf8) + [1, 0] + bytes(192)
        case 1: return [4, UInt8(min(255, body.count))] + body.prefix(255)
        // So many bytes to come that nobody has room for them.
        case 2: return [6] + (0..<8).map { _ in UInt8(number(below: 256)) } + body
        default: return [UInt8(number(below: 256)), UInt8(number(below: 256))] + body
        }
    }
}
