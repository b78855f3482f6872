import Coordination
import Foundation

/// Requests of command lines, put together from their pieces and answered one after another.
struct RequestDesk {
    /// How a request is answered; nil until the coordinator serves any.
    var answer: (@Sendable (ClientRequest) -> ClientAnswer)?
    private var unfinished: [Coordinator.Peer: [UInt8]] = [:]
    private let queue = DispatchQueue(label: "posweep.requests")

    /// Peers that have sent a part of a request.
    private static let peersLimit = 16

    /// Takes a piece of a request; the reply is called, on another thread, when the request is whole.
    ///
    /// - Parameters:
    ///   - piece: The piece.
    ///   - peer: Who has sent it.
    ///   - entry: The peer's key, where peers have to show one.
    ///   - reply: Called once, with the answer.
    /// - Returns: The peer whose request was given up to make room for this one.
    mutating func take(
        _ piece: [UInt8], from peer: Coordinator.Peer, _ entry: AuthorizedKeys.Entry?,
        reply: @escaping @Sendable (ClientAnswer) -> Void
    ) -> Coordinator.Peer? {
        if let entry, !entry.role.mayAsk {
            reply(Self.refusal(entry))
            return nil
        }
        var bytes = unfinished.removeValue(forKey: peer) ?? []
        do throws(WireError) {
            guard try MessagePieces.join(piece, to: &bytes) else {
                defer { unfinished[peer] = bytes }
                // Peers are numbered as they come, so the smallest number has had the most time.
                guard unfinished.count >= Self.peersLimit, let oldest = unfinished.keys.min() else { return nil }
                unfinished[oldest] = nil
                return oldest
            }
        } catch {
            reply(Self.failure(error))
            return nil
        }
        queue.async { [answer, bytes] in reply(Self.answer(to: bytes, entry, with: answer)) }
        return nil
    }

    private static func answer(
        to bytes: [UInt8], _ entry: AuthorizedKeys.Entry?,
        with answer: (@Sendable (ClientRequest) -> ClientAnswer)?
    ) -> ClientAnswer {
        guard let answer else { return .failed(message: "this coordinator takes no requests", isUsage: true) }
        do throws(WireError) {
            let request = try MessagePieces.message(ClientRequest.self, from: bytes)
            if let entry, request.changesSomething, !entry.role.mayChange { return refusal(entry) }
            return answer(request)
        } catch {
            return failure(error)
        }
    }

    private static func refusal(_ entry: AuthorizedKeys.Entry) -> ClientAnswer {
        .failed(
            message: """
                the key \(entry.name) may not do this: its role is \(entry.role.rawValue) — on the coordinator's host revoke \
                it and authorize it again with another --role
                """, isUsage: false)
    }

    private static func failure(_ error: WireError) -> ClientAnswer {
        .failed(
            message: """
                this coordinator, posweep \(Host.programVersion), does not know the request (\(error)) — run the same version \
                of posweep on both
                """, isUsage: true)
    }
}
