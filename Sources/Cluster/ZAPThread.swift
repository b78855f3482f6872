import CZeroMQ
import Foundation
import Synchronization

/// Answers libzmq's question whether a peer may come in; one thread for all sockets of a context.
///
/// Whatever goes wrong with it, nobody gets in: sockets enforce their domain, so without an answer there is no connection.
final class ZAPThread: Sendable {
    /// Whether the owner of a key may come in from an address; called on the thread, for each connection.
    typealias Check = @Sendable (PublicKey, _ address: String) -> Bool

    /// Fixed by the RFC, one for each context.
    private static let address = "inproc://zeromq.zap.01"

    private let checks = Mutex<[String: Check]>([:])
    private let wakeUp: WakeUp
    private let isStopping = Atomic(false)
    private let ended = Gate()

    /// Starts the thread; when this returns, questions are answered.
    init(in context: ZeroMQContext.Pointer) throws(SocketError) {
        wakeUp = try WakeUp()
        let begun = Handover<Result<Void, SocketError>>()
        let thread = Thread { [self] in
            do throws(SocketError) {
                let socket = try SocketHandle(ZMQ_REP, in: context)
                _ = try socket.bind(to: Self.address)
                begun.give(.success(()))
                answer(at: socket)
                socket.close()
            } catch {
                begun.give(.failure(error))
            }
            ended.open()
        }
        thread.name = "zap"
        thread.start()
        try begun.take().get()
    }

    /// Ends the thread; returns when its socket is closed.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        ended.wait()
    }

    func set(_ check: Check?, for domain: String) {
        checks.withLock { $0[domain] = check }
    }

    private func answer(at socket: SocketHandle) {
        do throws(SocketError) {
            while !isStopping.load(ordering: .acquiring) {
                _ = try SocketHandle.wait(for: .seconds(60), [.socket(socket), .descriptor(wakeUp.descriptor)])
                while let message = try socket.receive(keeping: 8) {
                    let answer = ZAPRequest.answer(
                        verdict(on: message), to: ZAPRequest.identifier(in: message.frames))
                    try socket.send(answer)
                }
            }
        } catch {
            // Without this thread nobody is let in any more, which is what a coordinator without a check should do.
        }
    }

    private func verdict(on message: SocketHandle.Message) -> ZAPRequest.Verdict {
        guard let request = ZAPRequest(frames: message.frames, count: message.count) else { return .malformed }
        let check = checks.withLock { $0[request.domain] }
        guard let check, check(request.key, request.address) else { return .refused }
        return .admitted(user: request.key.description)
    }
}
