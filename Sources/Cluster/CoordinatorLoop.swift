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
        case vitals(@Sendable (Vitals) -> Void)
        case explain(TaskID, @Sendable (Explanation?) -> Void)
        case keys(KeyWatch.News)
        case refused(PublicKey, address: String)
        case stop
    }

    /// The keys of a coordinator whose peers have to show some.
    struct Entrance {
        let ring: KeyRing
        let pair: KeyPair
    }

    private let socket: ZeroMQSocket
    private var coordinator: Coordinator
    private let mailbox: Mailbox<Mail>
    private let writer: StoreWriter
    private let checkpoints: CheckpointShelf
    private let publish: ([CoordinatorProcess.Notice]) -> Void
    private let clock = ProtocolClock()
    private var nextWake = Moment.start
    private var connections = Connections()
    /// What a turn has decided, until it ends: many messages to a peer then cost as much as one, and so do many commits.
    private var outgoing: [Coordinator.Peer: MessageBatch] = [:]
    private var commits: [StoreWriter.Commit] = []
    private var notices: [CoordinatorProcess.Notice] = []
    private var admission: Admission
    private var refusals = RefusalLog()
    private var requests = RequestDesk()
    private var activities = WorkerActivities()
    private var end: (cause: String?, isSet: Bool) = (nil, false)
    private var messagesTaken = 0
    private var traffic = Vitals.Traffic()
    private let blobs: BlobService
    private let started = ContinuousClock.now

    /// Frames and messages taken in before timers and mail have their turn.
    private static let framesAtOnce = 256
    private static let messagesAtOnce = 4_096

    /// Binds, says so, and works until the coordinator is drained, stopped or broken.
    static func run(
        store: ResultsStore, shelf: ContentShelf, bind: String, entrance: Entrance?, coordinator: consuming Coordinator,
        mailbox: Mailbox<Mail>, begun: (Result<String, any Error>) -> Void,
        publish: @escaping ([CoordinatorProcess.Notice]) -> Void
    ) {
        do {
            let socket = try ZeroMQSocket(.router)
            let guardian = try entrance.map { try Guardian($0, at: socket, mailbox) }
            defer { guardian?.dismiss() }
            let (endpoint, blobs) = try BlobService.begin(beside: socket, at: bind, shelf, guardian?.gatekeeper)
            defer { blobs.stop() }
            let loop = CoordinatorLoop(socket, blobs, coordinator, mailbox, store, shelf, guardian?.keys, publish)
            begun(.success(endpoint))
            loop.work()
        } catch {
            begun(.failure(error))
        }
    }

    private init(
        _ socket: ZeroMQSocket, _ blobs: BlobService, _ coordinator: consuming Coordinator, _ mailbox: Mailbox<Mail>,
        _ store: ResultsStore, _ shelf: ContentShelf, _ keys: AuthorizedKeys?,
        _ publish: @escaping ([CoordinatorProcess.Notice]) -> Void
    ) {
        (self.socket, self.blobs) = (socket, blobs)
        self.coordinator = coordinator
        self.mailbox = mailbox
        self.publish = publish
        admission = Admission(keys)
        checkpoints = shelf.checkpoints
        writer = StoreWriter(store, shelf) { outcome in mailbox.post(.store(outcome)) }
    }

    private var now: Moment { clock.now }

    private func work() {
        do throws(SocketError) {
            while !end.isSet {
                try socket.wait(with: mailbox.wakeUp, for: clock.wait(until: nextWake))
                for mail in mailbox.takeAll() { take(mail) }
                try takeMessages()
                if nextWake <= now { handle(.woke) }
                endTurn()
            }
            // What workers should hear last is given a moment to leave.
            try socket.linger(1_000)
        } catch {
            end = (error.description, true)
        }
        writer.close()
        checkpoints.settle()
        for mail in mailbox.close() {
            switch mail {
            case .listWorkers(let give): give([])
            case .explain(_, let give): give(nil)
            default: break
            }
        }
        publish(notices + [.ended(cause: end.cause)])
    }

    private func take(_ mail: Mail) {
        switch mail {
        case .event(let event): handle(event)
        case .store(.committed(let numbers, let report)):
            for refusal in report.refused { handle(.rejected(refusal.trial, cause: refusal.cause)) }
            for stray in report.strays {
                handle(.strayed(stray.trial, stray.name, worker: stray.worker, stray.outcome))
            }
            for lack in report.lacking { handle(.lacking(lack.trial, lack.name, worker: lack.worker)) }
            for number in numbers { handle(.committed(number)) }
        case .store(.refused(let numbers, let cause)):
            for number in numbers { handle(.commitRefused(number, cause: cause)) }
        case .store(.broken(let error)): end = (error.description, true)
        case .serve(let answer): requests.answer = answer
        case .answer(let answer, let peer): send(answer, to: peer)
        case .listWorkers(let give):
            knock()
            give(summaries(of: coordinator.workerViews(at: now)))
        case .vitals(let give): give(vitals)
        case .explain(let task, let give): give(coordinator.why(task, at: now))
        case .keys(.changed(let keys)): replace(keys)
        case .keys(.problem(let problem)): notices.append(.keyProblem(problem))
        case .refused(let key, let address):
            if refusals.isNew(key, at: now) { notices.append(.keyRefused(key, address: address)) }
        case .stop: end.isSet = true
        }
    }

    private var vitals: Vitals {
        let census = coordinator.census(at: now)
        var traffic = traffic
        traffic.contents = blobs.bytesSent
        return Vitals(
            census: census,
            workers: summaries(of: census.workers)
                + census.departed.map { WorkerSummary($0, at: now) },
            commits: writer.times, traffic: traffic, uptime: .now - started)
    }

    private func summaries(of workers: [WorkerView]) -> [WorkerSummary] {
        workers.map { worker in
            WorkerSummary(worker, key: admission.keyName(of: worker.id), activity: activities.activity(of: worker.id))
        }
    }

    // MARK: In

    private func takeMessages() throws(SocketError) {
        let enough = messagesTaken + Self.messagesAtOnce
        for _ in 0..<Self.framesAtOnce where messagesTaken < enough {
            guard let received = try socket.receive() else { return }
            switch received {
            case .malformed(let routing, let frames, let user):
                guard let (peer, _) = sender(routing, user) else { continue }
                misbehave(peer, routing, user, cause: "a message of \(frames) frames")
            case .message(let routing, let header, let body, let user):
                traffic.received += header.count + body.count
                guard let (peer, entry) = sender(routing, user) else { continue }
                do throws(WireError) {
                    try take(try Frame(header: header, body: body), from: peer, entry)
                } catch {
                    misbehave(peer, routing, user, cause: error.description)
                }
            }
        }
    }

    /// Whose a message is; nil where nothing is to be done about it, not even an answer.
    private func sender(
        _ routing: [UInt8], _ user: String?
    ) -> (peer: Coordinator.Peer, entry: AuthorizedKeys.Entry?)? {
        guard !connections.isMuted(routing, user: user) else { return nil }
        switch admission.verdict(on: user) {
        case .anybody: return (connections.peer(for: routing, user: user), nil)
        case .known(let entry): return (connections.peer(for: routing, user: user), entry)
        case .stranger: return nil
        }
    }

    private func misbehave(_ peer: Coordinator.Peer, _ routing: [UInt8], _ user: String?, cause: String) {
        connections.blame(routing, user: user)
        handle(.misbehaved(peer, cause: cause))
    }

    private func take(
        _ frame: Frame, from peer: Coordinator.Peer, _ entry: AuthorizedKeys.Entry?
    ) throws(WireError) {
        switch frame.kind {
        case .message: try takeMessage(frame.body, from: peer, entry)
        case .batch:
            for body in try MessageBatch.messages(in: frame.body) { try takeMessage(body, from: peer, entry) }
        case .request: takeRequest(frame.body, from: peer, entry)
        case .answer, .blob: throw .unexpectedContent
        }
    }

    private func takeMessage(
        _ body: [UInt8], from peer: Coordinator.Peer, _ entry: AuthorizedKeys.Entry?
    ) throws(WireError) {
        messagesTaken += 1
        var message = try WorkerMessage(body: body)
        if let entry, !entry.role.mayWork {
            let reason = "the key \(entry.name) may not work here: its role is \(entry.role.rawValue)"
            send(.refused(reason: reason, isFinal: true), to: peer)
            close(peer)
            return
        }
        if case .hello(var hello) = message {
            if let entry { hello.worker = admission.identifier(of: hello.worker, key: entry.key) }
            guard connections.introduce(hello.worker, on: peer) else { throw .unexpectedContent }
            message = .hello(hello)
        }
        handle(.received(message, from: peer))
    }

    /// Takes up a new list of keys; who is not on it any more loses what it has, and is not heard again.
    private func replace(_ keys: AuthorizedKeys) {
        for worker in admission.replace(keys) { handle(.revoked(worker)) }
        connections.forget { user in
            if case .stranger = admission.verdict(on: user) { true } else { false }
        }
    }

    /// Commands of other processes may wait for the disk, so they are answered on another thread.
    private func takeRequest(_ body: [UInt8], from peer: Coordinator.Peer, _ entry: AuthorizedKeys.Entry?) {
        let mailbox = mailbox
        let dropped = requests.take(body, from: peer, entry) { answer in mailbox.post(.answer(answer, to: peer)) }
        if let dropped { connections.forget(dropped) }
    }

    // MARK: Out

    private func handle(_ event: Coordinator.Event) {
        for effect in coordinator.handle(event, at: now) { carryOut(effect) }
    }

    private func carryOut(_ effect: Coordinator.Effect) {
        switch effect {
        case .send(let message, let peer): send(message, to: peer)
        case .commit(let number, let records): commits.append((number, records))
        case .keepCheckpoint(let task, let checkpoint):
            checkpoints.keep(checkpoint, of: task) { [mailbox] in
                mailbox.post(.event(.checkpointKept(task, checkpoint)))
            }
        case .dropCheckpoint(let task): checkpoints.drop(task)
        case .close(let peer): close(peer)
        case .wake(let moment): nextWake = moment
        case .report(let report):
            notices.append(.report(report))
            activities.take(report)
            switch report {
            case .drained: end.isSet = true
            case .workerLost(let worker, _), .workerLeft(let worker, _): admission.forget(worker)
            default: break
            }
        }
    }

    private func send(_ message: CoordinatorMessage, to peer: Coordinator.Peer) {
        let body = message.body
        if outgoing[peer, default: MessageBatch()].append(body) { return }
        sendBatch(to: peer)
        _ = outgoing[peer, default: MessageBatch()].append(body)
    }

    private func send(_ answer: ClientAnswer, to peer: Coordinator.Peer) {
        for piece in MessagePieces.split(answer) { send(.answer, piece, to: peer) }
        close(peer)
    }

    private func endTurn() {
        if !commits.isEmpty { writer.enqueue(commits) }
        commits = []
        for peer in outgoing.keys { sendBatch(to: peer) }
        if !notices.isEmpty { publish(notices) }
        notices = []
    }

    private func sendBatch(to peer: Coordinator.Peer) {
        guard let (kind, body) = outgoing.removeValue(forKey: peer)?.content else { return }
        send(kind, body, to: peer)
    }

    /// Sends every worker a batch of no messages, to find those to whom nothing can be sent.
    ///
    /// Where a worker's process or host has ended, whoever looks again in a second knows it, long before its silence says so. Its
    /// lease goes on as if nobody had looked.
    private func knock() {
        for peer in connections.workers { send(.batch, [], to: peer) }
    }

    private func close(_ peer: Coordinator.Peer) {
        sendBatch(to: peer)
        connections.forget(peer)
    }

    private func send(_ kind: Frame.Kind, _ body: [UInt8], to peer: Coordinator.Peer) {
        guard let (routing, sequence) = connections.next(for: peer) else { return }
        let frame = Frame(
            kind: kind, version: ProtocolVersion.spoken.upperBound, session: peer, sequence: sequence, body: body)
        do throws(SocketError) {
            try socket.send(header: frame.header, body: body, to: routing)
            traffic.sent += Frame.headerBytes + body.count
        } catch {
            // A peer that is gone, or that does not read: its lease decides, not its connection.
            connections.forget(peer)
            mailbox.post(.event(.unreachable(peer)))
        }
    }
}
