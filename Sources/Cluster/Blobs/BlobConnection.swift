import Coordination
import Foundation

/// A worker's connection to where blobs are handed out; messages and timers become events of a ``BlobTransfer``.
///
/// It belongs to the thread that made it. As with a worker's session, after trouble there is a new socket.
final class BlobConnection {
    private enum State {
        /// Waits before the next try.
        case none(until: Moment)
        /// Not yet known to have another side.
        case opening(ZeroMQSocket, until: Moment)
        case open(ZeroMQSocket)
    }

    private let endpoint: String
    private let credentials: Credentials?
    private let context: ZeroMQContext
    private let wakeUp: WakeUp
    private let started = ContinuousClock.now
    private var state: State
    private var nextWake: Moment?
    private var isLost = false
    /// Why there is no connection, for people; nil where there is one, or it is too early to tell.
    private(set) var trouble: String?

    private static let connectLimit = Duration.seconds(5)
    private static let firstDelay = Duration.milliseconds(250)
    private static let longestDelay = Duration.seconds(10)
    /// How long nothing may happen before whoever waits is told so.
    private static let look = Duration.milliseconds(250)

    /// - Throws: `SocketError` where the address is none; that nobody is there yet is no error.
    init(to endpoint: String, _ credentials: Credentials?) throws(SocketError) {
        self.endpoint = endpoint
        self.credentials = credentials
        context = try ZeroMQContext.shared()
        wakeUp = try WakeUp()
        state = .opening(
            try Self.socket(to: endpoint, credentials), until: Moment.start.advanced(by: Self.connectLimit))
    }

    var now: Moment { Moment(sinceStart: ContinuousClock.now - started) }

    private static func socket(to endpoint: String, _ credentials: Credentials?) throws(SocketError) -> ZeroMQSocket {
        let socket = try ZeroMQSocket(.dealer)
        if let credentials { try socket.show(credentials.pair, to: credentials.coordinator) }
        try socket.connect(to: endpoint)
        return socket
    }

    /// Waits a moment, and returns what has happened.
    func events() throws(SocketError) -> [BlobTransfer.Event] {
        var events: [BlobTransfer.Event] = []
        switch state {
        case .none(let until) where until <= now:
            state = .opening(try Self.socket(to: endpoint, credentials), until: now.advanced(by: Self.connectLimit))
        case .none(let until): wakeUp.wait(for: min(Self.look, until.duration(since: now)))
        case .opening(let socket, let until):
            if try socket.wait(with: wakeUp, for: Self.look, isConnecting: true) {
                (state, trouble) = (.open(socket), nil)
                events.append(.connected)
            } else if let failure = try socket.handshakeFailure() {
                trouble = Refusal(endpoint: endpoint, failure: failure, credentials: credentials).description
                isLost = true
            } else if until <= now {
                trouble =
                    "nobody hands out images and weights at \(endpoint) — is that port open, and the address right?"
                isLost = true
            }
        case .open(let socket):
            try socket.wait(with: wakeUp, for: Self.look)
            while let received = try socket.receive() {
                // A damaged message is as one that was lost: what it answers is asked for again.
                guard case .message(_, let header, let body, _) = received,
                    let frame = try? Frame(header: header, body: body), frame.kind == .blob,
                    let answer = try? BlobAnswer(body: frame.body)
                else { continue }
                events.append(.received(answer))
            }
        }
        if isLost {
            isLost = false
            // Until the transfer has said how long to wait.
            state = .none(until: now.advanced(by: Self.longestDelay))
            events.append(.disconnected)
        }
        if let nextWake, nextWake <= now {
            self.nextWake = nil
            events.append(.woke)
        }
        return events
    }

    func send(_ request: BlobRequest) {
        guard case .open(let socket) = state else { return }
        let frame = Frame(
            kind: .blob, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: 0, body: request.body)
        do throws(SocketError) {
            try socket.send(header: frame.header, body: frame.body)
        } catch {
            isLost = true
        }
    }

    func reconnect(afterFailures failures: Int) {
        let longest = min(Self.longestDelay, Self.firstDelay * (1 << min(failures, 16)))
        state = .none(until: now.advanced(by: longest * Double.random(in: 0...1)))
    }

    func wake(at moment: Moment) {
        nextWake = moment
    }
}
