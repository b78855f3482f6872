import Coordination
import Foundation

/// Requests of command lines, put together from their pieces and answered one after another.
struct RequestDesk {
    /// How a request is answered; nil until the coordinator serves any.
    var answer: (@Sendable (ClientRequest) -> ClientAnswer)?
    private var unfinished: [Coordinator.Peer: [UInt8]] = [:]
    private let queue = DispatchQueue(label: "posweep.requests")

    /// Peers that have sent a part of a request.
    private static let peersLimit = 64

    /// Takes a piece of a request; the reply is called, on another thread, when the request is whole.
    mutating func take(
        _ piece: [UInt8], from peer: Coordinator.Peer, reply: @escaping @Sendable (ClientAnswer) -> Void
    ) {
        var bytes = unfinished.removeValue(forKey: peer) ?? []
        do throws(WireError) {
            guard let request = try MessagePieces.join(piece, to: &bytes, as: ClientRequest.self) else {
                if unfinished.count < Self.peersLimit { unfinished[peer] = bytes }
                return
            }
            guard let answer else {
                reply(.failed(message: "this coordinator takes no requests", isUsage: true))
                return
            }
            queue.async { reply(answer(request)) }
        } catch {
            reply(.failed(message: "the coordinator could not read the request: \(error)", isUsage: true))
        }
    }
}
