import Coordination
import Foundation

/// How the command line of this process asks a coordinator of another.
package struct CoordinatorConnection {
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case noAnswer(String, after: Duration)
        case lost(String)
        case badAnswer(String)

        package var description: String {
            switch self {
            case .noAnswer(let endpoint, let wait):
                "no coordinator answers at \(endpoint) within \(wait) — is it running, and is the address right?"
            case .lost(let endpoint):
                "the coordinator at \(endpoint) ended before it answered — start it, and ask again"
            case .badAnswer(let cause):
                "the coordinator's answer cannot be read: \(cause) — are both of the same version (posweep --version)?"
            }
        }
    }

    /// How long a coordinator may take to be there.
    private static let connectLimit = Duration.seconds(10)
    /// How long one that is there may take to answer; a large sweep is written to its disk in between.
    private static let answerLimit = Duration.seconds(600)
    /// How often it is looked whether it is still there.
    private static let look = Duration.milliseconds(500)

    private let endpoint: String
    private let socket: ZeroMQSocket
    private let wakeUp: WakeUp

    /// Asks, and waits for the answer.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - endpoint: The coordinator's address.
    ///   - credentials: What is shown to the coordinator; nil encrypts nothing.
    /// - Returns: The coordinator's answer.
    /// - Throws: `SocketError`, ``Refusal`` or ``Failure``.
    package static func ask(
        _ request: ClientRequest, at endpoint: String, credentials: Credentials? = nil
    ) throws -> ClientAnswer {
        let connection = try Self(to: endpoint, credentials)
        try connection.send(request)
        return try connection.answer()
    }

    private init(to endpoint: String, _ credentials: Credentials?) throws {
        self.endpoint = endpoint
        socket = try ZeroMQSocket(.dealer)
        wakeUp = try WakeUp()
        if let credentials { try socket.show(credentials.pair, to: credentials.coordinator) }
        try socket.connect(to: endpoint)
        let deadline = ContinuousClock.now + Self.connectLimit
        while try !socket.wait(with: wakeUp, for: deadline - .now, isConnecting: true) {
            if let failure = try socket.handshakeFailure() {
                throw Refusal(endpoint: endpoint, failure: failure, credentials: credentials)
            }
            guard .now < deadline else { throw Failure.noAnswer(endpoint, after: Self.connectLimit) }
        }
    }

    private func send(_ request: ClientRequest) throws {
        for (number, piece) in MessagePieces.split(request).enumerated() {
            let frame = Frame(
                kind: .request, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: UInt64(number + 1),
                body: piece)
            // More pieces than a connection queues are sent as fast as the other side takes them.
            guard try socket.wait(with: wakeUp, for: Self.connectLimit, isConnecting: true) else {
                throw Failure.lost(endpoint)
            }
            try socket.send(header: frame.header, body: piece)
        }
    }

    private func answer() throws -> ClientAnswer {
        let deadline = ContinuousClock.now + Self.answerLimit
        var lastThere = ContinuousClock.now
        var bytes: [UInt8] = []
        while ContinuousClock.now < deadline {
            if try socket.wait(with: wakeUp, for: .zero, isConnecting: true) { lastThere = .now }
            while let received = try socket.receive() {
                guard case .message(_, let header, let body, _) = received else {
                    throw Failure.badAnswer("not a message of two frames")
                }
                let frame = try Frame(header: header, body: body)
                if frame.kind != .answer { continue }
                guard try MessagePieces.join(frame.body, to: &bytes) else { continue }
                do throws(WireError) {
                    return try MessagePieces.message(ClientAnswer.self, from: bytes)
                } catch {
                    throw Failure.badAnswer(error.description)
                }
            }
            // One that is there may be busy for a moment, and take nothing in.
            guard .now - lastThere < Self.connectLimit else { throw Failure.lost(endpoint) }
            try socket.wait(with: wakeUp, for: Self.look)
        }
        throw Failure.noAnswer(endpoint, after: Self.answerLimit)
    }
}
