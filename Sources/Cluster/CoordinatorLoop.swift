import Coordination
import Foundation
import ResultsStore

/// What the coordinator's thread does: waits, decodes, hands events to the state machine, carries effects out.
final class CoordinatorLoop {
    enum Mail: Sendable {
        case event(Coordinator.Event)
        case store(StoreWriter.Outcome)
        case serve(@Sendable (ClientRequest) -> ClientAnswer)
        case answer(ClientAnswer, to: Coordinator.Peer)
        case listWorkers(@Sendable ([WorkerSummary]) -> Void)
        case explain(TaskID, @Sendable (Explanation?) -> Void)
        case stop
    }

    private let socket: ZeroMQSocket
    private var coordinator: Coordinator
    private let mailbox: Mailbox<Mail>
    private let writer: StoreWriter
    private let notify: (CoordinatorProcess.Notice) -> Void
    private let clock = ContinuousClock()
    private let started = ContinuousClock.now
    private var nextWake = Moment.start
    private var routes = PeerRoutes()
    private var requests = RequestDesk()
    private var end: (cause: String?, isSet: Bool) = (nil, false)

    /// Messages taken in before timers and mail have their turn.
    private static let messagesAtOnce = 256

    /// Binds, says so, and works until the coordinator is drained, stopped or broken.
    static func run(
        store: ResultsStore, bind: String, coordinator: Coordinator, mailbox: Mailbox<Mail>,
        begun: (Result<String, SocketError>) -> Void, notify: @escaping (CoordinatorProcess.Notice) -> Void
    ) {
        do throws(SocketError) {
            let socket = try ZeroMQSocket(.router)
            let endpoint = try socket.bind(to: bind)
            let loop = CoordinatorLoop(socket, coordinator, mailbox, store, notify)
            begun(.success(endpoint))
            loop.work()
        } catch {
            begun(.failure(error))
        }
    }

    private init(
        _ socket: ZeroMQSocket, _ coordinator: Coordinator, _ mailbox: Mailbox<Mail>, _ store: ResultsStore,
        _ notify: @escaping (CoordinatorProcess.Notice) -> Void
    ) {
        self.socket = socket
        self.coordinator = coordinator
        self.mailbox = mailbox
        self.notify = notify
        writer = StoreWriter(store) { outcome in mailbox.post(.store(outcome)) }
    }

    private var now: Moment { Moment(sinceStart: clock.now - started) }

    private func work() {
        do throws(SocketError) {
            while !end.isSet {
                try socket.wait(with: mailbox.wakeUp, for: max(.zero, nextWake.duration(since: now)))
                for mail in mailbox.takeAll() { take(mail) }
                try takeMessages()
                if nextWake <= now { handle(.woke) }
            }
            // What workers should hear last is given a moment to leave.
            try socket.linger(1_000)
        } catch {
            end = (error.description, true)
        }
        writer.close()
        for mail in mailbox.close() {
            switch mail {
            case .listWorkers(let give): give([])
            case .explain(_, let give): give(nil)
            default: break
            }
        }
        notify(.ended(cause: end.cause))
    }

    private func take(_ mail: Mail) {
        switch mail {
        case .event(let event): handle(event)
        case .store(.committed(let numbers, let refusals)):
            for refusal in refusals { handle(.rejected(refusal.trial, cause: refusal.cause)) }
            for number in numbers { handle(.committed(number)) }
        case .store(.refused(let numbers, let cause)):
            for number in numbers { handle(.commitRefused(number, cause: cause)) }
        case .store(.broken(let error)): end = (error.description, true)
        case .serve(let answer): requests.answer = answer
        case .answer(let answer, let peer): send(answer, to: peer)
        case .listWorkers(let give): give(coordinator.workerSummaries(at: now))
        case .explain(let task, let give): give(coordinator.why(task, at: now))
        case .stop: end.isSet = true
        }
    }

    // MARK: In

    private func takeMessages() throws(SocketError) {
        for _ in 0..<Self.messagesAtOnce {
            guard let received = try socket.receive() else { return }
            switch received {
            case .malformed(let routing, let frames):
                handle(.misbehaved(routes.peer(for: routing), cause: "a message of \(frames) frames"))
            case .message(let routing, let header, let body):
                take(header, body, from: routes.peer(for: routing))
            }
        }
    }

    private func take(_ header: [UInt8], _ body: [UInt8], from peer: Coordinator.Peer) {
        do throws(WireError) {
            let frame = try Frame(header: header, body: body)
            switch frame.kind {
            case .message: handle(.received(try WorkerMessage(body: frame.body), from: peer))
            case .request: takeRequest(frame.body, from: peer)
            case .answer: throw .unexpectedContent
            }
        } catch {
            handle(.misbehaved(peer, cause: error.description))
        }
    }

    /// Commands of other processes may wait for the disk, so they are answered on another thread.
    private func takeRequest(_ body: [UInt8], from peer: Coordinator.Peer) {
        let mailbox = mailbox
        let dropped = requests.take(body, from: peer) { answer in mailbox.post(.answer(answer, to: peer)) }
        if let dropped { routes.forget(dropped) }
    }

    // MARK: Out

    private func handle(_ event: Coordinator.Event) {
        for effect in coordinator.handle(event, at: now) { carryOut(effect) }
    }

    private func carryOut(_ effect: Coordinator.Effect) {
        switch effect {
        case .send(let message, let peer): send(message, to: peer)
        case .commit(let number, let records): writer.enqueue((number, records))
        case .close(let peer): routes.forget(peer)
        case .wake(let moment): nextWake = moment
        case .report(let report):
            notify(.report(report))
            if report == .drained { end.isSet = true }
        }
    }

    private func send(_ message: CoordinatorMessage, to peer: Coordinator.Peer) {
        send(.message, message.body, to: peer)
    }

    private func send(_ answer: ClientAnswer, to peer: Coordinator.Peer) {
        for piece in MessagePieces.split(answer) { send(.answer, piece, to: peer) }
        routes.forget(peer)
    }

    private func send(_ kind: Frame.Kind, _ body: [UInt8], to peer: Coordinator.Peer) {
        guard let (routing, sequence) = routes.next(for: peer) else { return }
        let frame = Frame(
            kind: kind, version: ProtocolVersion.spoken.upperBound, session: peer, sequence: sequence, body: body)
        do throws(SocketError) {
            try socket.send(header: frame.header, body: body, to: routing)
        } catch {
            // A peer that is gone, or that does not read: its lease decides, not its connection.
            routes.forget(peer)
            mailbox.post(.event(.unreachable(peer)))
        }
    }
}

/// Numbers for the peers of a ROUTER, which knows them by bytes that mean nothing.
private struct PeerRoutes {
    private var peers: [[UInt8]: Coordinator.Peer] = [:]
    private var routes: [Coordinator.Peer: (routing: [UInt8], sequence: UInt64)] = [:]
    private var last: Coordinator.Peer = 0

    mutating func peer(for routing: [UInt8]) -> Coordinator.Peer {
        if let peer = peers[routing] { return peer }
        last += 1
        peers[routing] = last
        routes[last] = (routing, 0)
        return last
    }

    /// The route to a peer and the number of the next message on it.
    mutating func next(for peer: Coordinator.Peer) -> (routing: [UInt8], sequence: UInt64)? {
        guard let route = routes[peer] else { return nil }
        routes[peer]?.sequence += 1
        return (route.routing, route.sequence + 1)
    }

    mutating func forget(_ peer: Coordinator.Peer) {
        if let route = routes.removeValue(forKey: peer) { peers[route.routing] = nil }
    }
}
