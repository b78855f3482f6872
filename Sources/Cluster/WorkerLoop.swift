import Coordination
import Foundation

/// What the worker's thread does: connects, decodes, hands events to the state machine, carries effects out.
final class WorkerLoop {
    private var worker: Worker
    private let coordinator: String
    private let credentials: Credentials?
    /// What was said last of a coordinator that does not let this worker in.
    private var refusal: Refusal?
    private let mailbox: Mailbox<Worker.Event>
    private let compute: any Computation
    /// Nil where results are kept in memory only.
    private let spool: SpoolThread?
    /// Nil where no files are kept.
    private let uploads: UploadThread?
    private let notify: (WorkerProcess.Notice) -> Void
    private let clock = ProtocolClock()
    /// Held between two sockets, and until the goodbye has left.
    private let context: ZeroMQContext
    private var connection: Connection
    private var sequence: UInt64 = 0
    /// What a turn has to say, until it ends.
    private var outgoing = MessageBatch()
    private var nextWake: Moment?
    private var departure: Worker.Departure?

    /// One socket is one session: after trouble there is a new socket, and hello comes first on it.
    private enum Connection {
        /// Waits before the next try.
        case none(until: Moment)
        /// Not yet known to have another side.
        case opening(ZeroMQSocket, until: Moment)
        case open(ZeroMQSocket)
    }

    private static let connectLimit = Duration.seconds(5)
    private static let firstDelay = Duration.milliseconds(250)
    /// So that every worker is back within ten seconds, however long the coordinator was away.
    private static let longestDelay = Duration.seconds(8)

    /// Looks for the coordinator, says so, and works until the worker has left.
    static func run(
        _ worker: Worker, coordinator: String, credentials: Credentials?, mailbox: Mailbox<Worker.Event>,
        engine: WorkerProcess.Engine, spool: Spool?, delivery: Delivery?, begun: (Result<Void, SocketError>) -> Void,
        notify: @escaping @Sendable (WorkerProcess.Notice) -> Void
    ) -> Worker.Departure? {
        do throws(SocketError) {
            let loop = try WorkerLoop(
                worker, coordinator: coordinator, credentials: credentials, mailbox: mailbox, engine: engine,
                spool: spool, delivery: delivery, notify: notify)
            begun(.success(()))
            return loop.work()
        } catch {
            begun(.failure(error))
            return nil
        }
    }

    private init(
        _ worker: Worker, coordinator: String, credentials: Credentials?, mailbox: Mailbox<Worker.Event>,
        engine: WorkerProcess.Engine, spool: Spool?, delivery: Delivery?,
        notify: @escaping @Sendable (WorkerProcess.Notice) -> Void
    ) throws(SocketError) {
        context = try ZeroMQContext.shared()
        // What is no address at all is said at once instead of being tried for ever.
        connection = .opening(
            try Self.socket(connectingTo: coordinator, credentials), until: Moment.start.advanced(by: Self.connectLimit)
        )
        self.worker = worker
        self.coordinator = coordinator
        self.credentials = credentials
        self.mailbox = mailbox
        self.notify = notify
        compute = try engine.start { events in
            for event in events {
                if case .failed(let name, _, let cause) = event { notify(.failed(name, cause: cause)) }
            }
            mailbox.post(contentsOf: events)
        }
        self.spool = spool.map { SpoolThread($0) { mailbox.post($0) } }
        uploads = delivery.map { UploadThread($0) { mailbox.post($0) } }
    }

    private var now: Moment { clock.now }

    private func work() -> Worker.Departure {
        while true {
            waitForSomething()
            for event in mailbox.takeAll() { handle(event) }
            takeMessages()
            if let wake = nextWake, wake <= now { handle(.woke) }
            sendBatch()
            if let departure {
                if case .open(let socket) = connection { try? socket.linger(1_000) }  // A goodbye is a courtesy.
                connection = .none(until: now)
                compute.close()
                spool?.close()
                uploads?.close()
                return departure
            }
        }
    }

    private func waitForSomething() {
        let wait = nextWake.map { clock.wait(until: $0) } ?? .seconds(1)
        do throws(SocketError) {
            switch connection {
            case .none(let until) where until <= now: try open()
            case .none(let until): mailbox.wakeUp.wait(for: min(wait, clock.wait(until: until)))
            case .opening(let socket, let until):
                let isOpen = try socket.wait(
                    with: mailbox.wakeUp, for: min(wait, clock.wait(until: until)), isConnecting: true)
                if isOpen {
                    connection = .open(socket)
                    refusal = nil
                    handle(.connected)
                } else if let failure = try socket.handshakeFailure() {
                    report(Refusal(endpoint: coordinator, failure: failure, credentials: credentials))
                    handle(.disconnected)
                } else if until <= now {
                    handle(.disconnected)
                }
            case .open(let socket): try socket.wait(with: mailbox.wakeUp, for: wait)
            }
        } catch {
            handle(.disconnected)
        }
    }

    /// Says why the coordinator does not let this worker in, once: it may any time, so the worker goes on knocking.
    private func report(_ refusal: Refusal) {
        if self.refusal == refusal { return }
        self.refusal = refusal
        notify(.refused(refusal))
    }

    private func open() throws(SocketError) {
        connection = .opening(
            try Self.socket(connectingTo: coordinator, credentials), until: now.advanced(by: Self.connectLimit))
    }

    private static func socket(
        connectingTo coordinator: String, _ credentials: Credentials?
    ) throws(SocketError) -> ZeroMQSocket {
        let socket = try ZeroMQSocket(.dealer)
        if let credentials { try socket.show(credentials.pair, to: credentials.coordinator) }
        try socket.connect(to: coordinator)
        return socket
    }

    private func takeMessages() {
        guard case .open(let socket) = connection else { return }
        do {
            while case .open = connection, let received = try socket.receive() {
                guard case .message(_, let header, let body, _) = received else { throw WireError.unexpectedContent }
                let frame = try Frame(header: header, body: body)
                for message in try Self.messages(in: frame) {
                    guard case .open = connection else { break }
                    let message = try CoordinatorMessage(body: message)
                    if case .acknowledged(let name, let trial, let outcome) = message, outcome != .unknown {
                        notify(.acknowledged(name, trial))
                    }
                    handle(.received(message))
                }
            }
        } catch {
            handle(.disconnected)
        }
    }

    private static func messages(in frame: Frame) throws(WireError) -> [[UInt8]] {
        switch frame.kind {
        case .message: [frame.body]
        case .batch: try MessageBatch.messages(in: frame.body)
        case .request, .answer, .blob: throw .kind(frame.kind.rawValue)
        }
    }

    private func handle(_ event: Worker.Event) {
        // Said once nothing that dies can take it back.
        if case .spooled(let keys) = event { for key in keys { notify(.finished(key.name, key.trial)) } }
        for effect in worker.handle(event, at: now) { carryOut(effect) }
    }

    private func carryOut(_ effect: Worker.Effect) {
        switch effect {
        case .send(let message): send(message)
        case .spool(let entry):
            if let spool { spool.write(entry) } else { mailbox.post(.spooled([entry.key])) }
        case .unspool(let key): spool?.remove(key)
        case .upload(let file, let use):
            guard let uploads else {
                mailbox.post(.fileLost(file.name, cause: "this worker keeps no files"))
                return
            }
            uploads.add(file, use)
        case .forgetFile(let file): uploads?.forget(file)
        case .start(let name, let body, let trials, let inputs):
            notify(.started(name, trials: trials.count))
            compute.start(name, body: body, trials: trials, inputs)
        case .stop(let name): compute.stop(name)
        case .suspend: compute.suspend()
        case .resume: compute.resume()
        case .dismiss: compute.dismiss()
        case .reconnect(let failures):
            notify(.connecting(attempt: failures))
            outgoing = MessageBatch()
            connection = .none(until: now.advanced(by: Self.delay(afterFailures: failures)))
        case .wake(let moment): nextWake = moment
        case .report(let report): notify(.report(report))
        case .exit(let departure): self.departure = departure
        }
    }

    private func send(_ message: WorkerMessage) {
        guard case .open = connection else { return }
        let body = message.body
        if outgoing.append(body) { return }
        sendBatch()
        _ = outgoing.append(body)
    }

    private func sendBatch() {
        guard case .open(let socket) = connection, !outgoing.isEmpty else { return }
        sequence += 1
        let (kind, body) = outgoing.content
        outgoing = MessageBatch()
        let frame = Frame(
            kind: kind, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: sequence, body: body)
        do throws(SocketError) {
            try socket.send(header: frame.header, body: body)
        } catch {
            // The state machine hears of it with the next mail, and says when to try again.
            connection = .none(until: now.advanced(by: Self.longestDelay))
            mailbox.post(.disconnected)
        }
    }

    /// Twice as long after each failure, and anywhere up to that, so that a thousand workers do not come back at once.
    private static func delay(afterFailures failures: Int) -> Duration {
        let longest = min(longestDelay, firstDelay * (1 << min(failures, 16)))
        return longest * Double.random(in: 0...1)
    }
}
