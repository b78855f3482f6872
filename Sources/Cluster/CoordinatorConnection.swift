import Coordination
import Foundation

/// How the command line of this process asks a coordinator of another.
package enum CoordinatorConnection {
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case noAnswer(String, after: Duration)
        case badAnswer(String)

        package var description: String {
            switch self {
            case .noAnswer(let endpoint, let wait):
                "no coordinator answers at \(endpoint) within \(wait) — is it running, and is the address right?"
            case .badAnswer(let cause): "the coordinator's answer cannot be read: \(cause)"
            }
        }
    }

    /// Asks, and waits for the answer.
    ///
    /// - Throws: `SocketError` or ``Failure``.
    package static func ask(
        _ request: ClientRequest, at endpoint: String, waiting limit: Duration = .seconds(10)
    ) throws -> ClientAnswer {
        let socket = try ZeroMQSocket(.dealer)
        let wakeUp = try WakeUp()
        let deadline = ContinuousClock.now + limit
        try socket.connect(to: endpoint)
        guard try socket.wait(with: wakeUp, for: limit, isConnecting: true) else {
            throw Failure.noAnswer(endpoint, after: limit)
        }
        for (number, piece) in MessagePieces.split(request).enumerated() {
            let frame = Frame(
                kind: .request, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: UInt64(number + 1),
                body: piece)
            try socket.send(header: frame.header, body: piece)
        }
        var bytes: [UInt8] = []
        while ContinuousClock.now < deadline {
            try socket.wait(with: wakeUp, for: deadline - .now)
            while let received = try socket.receive() {
                guard case .message(_, let header, let body) = received else {
                    throw Failure.badAnswer("not a message of two frames")
                }
                let frame = try Frame(header: header, body: body)
                if frame.kind != .answer { continue }
                if let answer = try MessagePieces.join(frame.body, to: &bytes, as: ClientAnswer.self) { return answer }
            }
        }
        throw Failure.noAnswer(endpoint, after: limit)
    }
}
