import Coordination
import Experiments
import Foundation
import Glibc
import Synchronization

/// Hands out blobs, and takes in what workers have made: a thread and a socket of its own, so that bulk never stands before a heartbeat.
///
/// It keeps nothing of a peer but what libzmq queues for it: each request is answered by one message, or, where the peer's
/// queue is full, by none.
final class BlobService: Sendable {
    /// Keys that peers have to show, where they have to.
    struct Gatekeeper: Sendable {
        let pair: KeyPair
        let domain: String
        /// The list as it was read last.
        let keys: @Sendable () -> AuthorizedKeys
    }

    private let wakeUp: WakeUp
    private let isStopping = Atomic(false)
    private let sent = Atomic(0)
    private let ended = Gate()

    /// Binds; when this returns, requests are answered.
    ///
    /// - Parameters:
    ///   - shelf: What is handed out.
    ///   - endpoint: The address to listen at.
    ///   - gatekeeper: Who may ask; nil for everybody.
    /// - Throws: `SocketError` where it cannot listen there.
    init(_ shelf: ContentShelf, at endpoint: String, _ gatekeeper: Gatekeeper?) throws(SocketError) {
        wakeUp = try WakeUp()
        let begun = Handover<Result<Void, SocketError>>()
        let thread = Thread { [self] in
            do throws(SocketError) {
                let socket = try ZeroMQSocket(.router)
                if let gatekeeper { try socket.encrypt(as: gatekeeper.pair, domain: gatekeeper.domain) }
                _ = try socket.bind(to: endpoint)
                begun.give(.success(()))
                var desk = BlobDesk(shelf, gatekeeper)
                serve(at: socket, &desk)
            } catch {
                begun.give(.failure(error))
            }
            ended.open()
        }
        thread.name = "blobs"
        thread.stackSize = 4 << 20
        thread.start()
        try begun.take().get()
    }

    /// Binds a coordinator's socket, and one for blobs beside it.
    ///
    /// - Parameters:
    ///   - socket: The coordinator's own.
    ///   - endpoint: The address to listen at; where libzmq is to choose a port, the one after it is free too.
    ///   - shelf: What is handed out.
    ///   - gatekeeper: Who may ask; nil for everybody.
    /// - Returns: The coordinator's address, and the service at ``Endpoint/blobs``.
    /// - Throws: `SocketError` where it cannot listen there.
    static func begin(
        beside socket: ZeroMQSocket, at endpoint: String, _ shelf: ContentShelf, _ gatekeeper: Gatekeeper?
    ) throws(SocketError) -> (endpoint: String, BlobService) {
        var tries = 0
        while true {
            let bound = try socket.bind(to: endpoint)
            do throws(SocketError) {
                return (bound, try BlobService(shelf, at: Endpoint(bound).blobs.description, gatekeeper))
            } catch .addressInUse where Endpoint(endpoint).choosesPort && tries < Self.triesLimit {
                tries += 1
                try socket.handle.unbind(from: bound)
            }
        }
    }

    private static let triesLimit = 50

    /// The bytes that were handed out so far.
    var bytesSent: Int { sent.load(ordering: .relaxed) }

    /// Ends the thread; returns when its socket is closed.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        ended.wait()
    }

    private func serve(at socket: ZeroMQSocket, _ desk: inout BlobDesk) {
        do throws(SocketError) {
            while !isStopping.load(ordering: .acquiring) {
                try socket.wait(with: wakeUp, for: .seconds(60))
                while !isStopping.load(ordering: .acquiring), let received = try socket.receive() {
                    // What makes no sense is not answered.
                    guard case .message(let routing, let header, let body, let user) = received,
                        let answer = desk.answer(header: header, body: body, user: user)
                    else { continue }
                    let frame = Frame(
                        kind: .blob, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: 0,
                        body: answer.body)
                    // A peer that is gone, or that takes nothing: it asks again.
                    guard (try? socket.send(header: frame.header, body: frame.body, to: routing)) != nil else {
                        continue
                    }
                    sent.wrappingAdd(Frame.headerBytes + frame.body.count, ordering: .relaxed)
                }
            }
        } catch {
            // A socket that cannot wait any more; workers go on asking, and say so.
        }
    }
}

/// Reads what is asked for, and writes what is given.
struct BlobDesk {
    private let shelf: ContentShelf
    private let gatekeeper: BlobService.Gatekeeper?
    /// The file that was read last, since blobs are asked for from beginning to end.
    private var last: (name: BlobName, file: OpenFile)?
    private var arrivals: Arrivals

    init(_ shelf: ContentShelf, _ gatekeeper: BlobService.Gatekeeper?) {
        (self.shelf, self.gatekeeper) = (shelf, gatekeeper)
        arrivals = Arrivals(shelf.arrivals) { shelf.keeps($0, size: $1) }
    }

    /// The answer to a message; nil where it makes no sense, or comes from a stranger.
    mutating func answer(header: [UInt8], body: [UInt8], user: String?) -> BlobAnswer? {
        guard let frame = try? Frame(header: header, body: body), frame.kind == .blob,
            let request = try? BlobRequest(body: frame.body)
        else { return nil }
        let name = request.name
        if let gatekeeper {
            guard let user, let key = PublicKey(user), let entry = gatekeeper.keys()[key] else { return nil }
            guard entry.role.mayWork else { return .refused(name, .mayNotWork) }
        }
        if let answer = arrivals.answer(request) { return answer }
        guard let item = shelf.item(name) else { return .refused(name, .notServed) }
        switch request {
        case .describe: return .described(name, size: item.size, path: item.hint)
        case .want(_, let offset, let bytes): return read(item, name, offset..<offset + bytes)
        case .keep, .put: return nil
        }
    }

    private mutating func read(_ item: ContentShelf.Item, _ name: BlobName, _ range: Range<Int>) -> BlobAnswer? {
        guard range.upperBound <= item.size else { return nil }
        if last?.name != name {
            last = nil
            guard let file = OpenFile(reading: item.path) else { return .refused(name, .vanished) }
            // Nothing leaves this host as an image that does not begin like one, whatever stands there by now.
            if item.isImage, !RGBImage.isImage(Data(file.bytes(0..<min(8, item.size)) ?? [])) {
                return .refused(name, .changed)
            }
            last = (name, file)
        }
        guard let file = last?.file else { return nil }
        guard file.size == item.size else {
            last = nil
            return .refused(name, .changed)
        }
        guard let bytes = file.bytes(range) else {
            last = nil
            return .refused(name, .vanished)
        }
        return .chunk(name, offset: range.lowerBound, bytes: bytes)
    }
}

/// A file that is open for reading.
final class OpenFile {
    private let descriptor: Int32

    /// Nil where it cannot be opened, or is no regular file.
    init?(reading path: String) {
        // A pipe would wait for its other end.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// In bytes, at this moment.
    var size: Int? {
        var facts = stat()
        return unsafe fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : nil
    }

    /// The bytes of a range; nil where they are not all there.
    func bytes(_ range: Range<Int>) -> [UInt8]? {
        let count = range.count
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(range.lowerBound + filled))
                if more < 0, errno == EINTR { continue }
                if more <= 0 { break }
                filled += more
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
