import Cluster
import Coordination
import Foundation
import Glibc
import ResultsStore

/// A coordinator and many workers that have nothing to do: what their heartbeats take.
struct Crowd {
    let workers: Int
    let seconds: Int
    let state: URL

    /// Connections of one process; libzmq has room for 1,023 sockets in each, and a connection that is watched takes three.
    private static let processConnections = 250

    func run() async throws {
        let store = try ResultsStore(folder: state)
        let keys = KeyRing(ofState: state)
        let pair = try keys.makePair().pair
        let coordinator = try CoordinatorProcess(store: store, bind: "tcp://127.0.0.1:0", keys: keys)
        var visits: [(input: FileHandle, process: Child)] = []
        for (number, start) in stride(from: 0, to: workers, by: Self.processConnections).enumerated() {
            let (input, output) = (try PrivatePipe(), try PrivatePipe())
            let count = min(Self.processConnections, workers - start)
            let process = try Child(
                ["visit", coordinator.endpoint, String(count), "\(pair.publicKey)"], input: input.reading,
                output: output.writing)
            try output.writing.close()
            // The child draws its key and shows the public half; the answer lets it begin.
            let shown = String(decoding: output.reading.availableData, as: UTF8.self)
            guard let key = PublicKey(shown.trimmingCharacters(in: .newlines)) else { throw NoKey() }
            try keys.authorize(key, as: "crowd\(number)", role: .worker, at: Date())
            visits.append((input.writing, process))
        }
        // The list of keys is read again within a second of its change.
        try await Task.sleep(for: .seconds(2))
        for visit in visits { try visit.input.write(contentsOf: Data("go\n".utf8)) }
        var joined = 0
        for await notice in coordinator.notices {
            if case .report(.workerJoined) = notice { joined += 1 }
            if joined == workers { break }
        }
        let (clock, busy) = (ContinuousClock(), processorSeconds())
        let start = clock.now
        try await Task.sleep(for: .seconds(seconds))
        let share = (processorSeconds() - busy) / ((clock.now - start) / .seconds(1))
        let connected = coordinator.workers().count { $0.state == "connected" }
        try answer(["share": share, "connected": Double(connected), "megabytes": Self.residentMegabytes])
        for visit in visits { try visit.input.close() }
        coordinator.stop()
        coordinator.waitUntilEnded()
        for visit in visits { visit.process.wait() }
    }

    private struct NoKey: Error {}

    private static var residentMegabytes: Double {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) * 4_096 / 1e6
    }
}

/// Some of the crowd: real state machines and encrypted sockets, all on one thread.
struct Visit {
    let coordinator: String
    let count: Int
    let key: PublicKey

    private final class Visitor {
        let socket: ZeroMQSocket
        var worker: Worker
        var isOpen = false
        var sequence: UInt64 = 0
        var wake = Moment.start

        init(_ socket: ZeroMQSocket) {
            self.socket = socket
            worker = Worker(
                Hello(
                    worker: WorkerID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)),
                    incarnation: .random(in: .min ... .max), host: "crowd", programVersion: Host.programVersion,
                    threads: 1, epoch: 0, held: []), credit: 1, policy: Policy())
        }

        func handle(_ event: Worker.Event, at now: Moment) throws {
            for effect in worker.handle(event, at: now) {
                switch effect {
                case .send(let message):
                    sequence += 1
                    let frame = Frame(
                        kind: .message, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: sequence,
                        body: message.body)
                    try socket.send(header: frame.header, body: frame.body)
                case .wake(let moment): wake = moment
                case .reconnect: throw Lost()
                default: break
                }
            }
        }
    }

    private struct Lost: Error {}

    func run() throws {
        let pair = try KeyPair()
        print(pair.publicKey)
        fflush(nil)
        guard readLine() == "go" else { return }
        let (wakeUp, clock, start) = (try WakeUp(), ContinuousClock(), ContinuousClock.now)
        let visitors = try (0..<count).map { _ in
            let socket = try ZeroMQSocket(.dealer)
            try socket.show(pair, to: key)
            try socket.connect(to: coordinator)
            return Visitor(socket)
        }
        // The other end of standard input closes when the crowd may go.
        var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, 20) == 0 {
            for visitor in visitors {
                let now = Moment(sinceStart: clock.now - start)
                if !visitor.isOpen {
                    visitor.isOpen = try visitor.socket.wait(with: wakeUp, for: .zero, isConnecting: true)
                    if visitor.isOpen { try visitor.handle(.connected, at: now) }
                    continue
                }
                while case .message(_, let header, let body, _)? = try visitor.socket.receive() {
                    let frame = try Frame(header: header, body: body)
                    let bodies = frame.kind == .batch ? try MessageBatch.messages(in: frame.body) : [frame.body]
                    for body in bodies { try visitor.handle(.received(try CoordinatorMessage(body: body)), at: now) }
                }
                if visitor.wake <= now { try visitor.handle(.woke, at: now) }
            }
        }
    }
}
