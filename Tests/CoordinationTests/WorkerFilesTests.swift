import Coordination
import Testing

@Suite("Worker's files")
struct WorkerFilesTests {
    private static let name = Vocabulary.attempt()
    private static let trial = TrialID(1)
    private static let start = Moment.start
    private static let file = Vocabulary.artifact()
    private static let entry = SpoolEntry(Vocabulary.key(1), Vocabulary.trainingResult())
    private static let welcome = Worker.Event.received(
        .welcome(Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])))

    private func checkpoint(_ step: Int) -> TaskCheckpoint {
        TaskCheckpoint(Vocabulary.artifact(UInt8(step)), step: step)
    }

    private func working(spooled: [SpoolEntry] = []) -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: 1, spooled: spooled, policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(Self.welcome, at: Self.start)
        _ = worker.handle(.received(.assign(Self.name, body: [], trials: [Self.trial])), at: Self.start)
        return worker
    }

    /// Effects without the heartbeats that tell the credit.
    private func handle(_ worker: inout Worker, _ event: Worker.Event) -> [Worker.Effect] {
        worker.handle(event, at: Self.start).filter { if case .send(.heartbeat) = $0 { false } else { true } }
    }

    private let offer = Worker.Effect.send(.offer(Vocabulary.offer(Vocabulary.trainingResult(), of: 1)))

    @Test(arguments: [true, false])
    func `a result is offered when it is spooled and its file is with the coordinator`(spooledFirst: Bool) {
        var worker = working()
        #expect(
            handle(&worker, .finished(Self.name, Self.trial, Self.entry.result)) == [
                .spool(Self.entry), .upload(Self.file, .result),
            ])
        let events: [Worker.Event] = [.spooled([Self.entry.key]), .uploaded(Self.file.name)]
        let (first, second) = spooledFirst ? (events[0], events[1]) : (events[1], events[0])
        #expect(handle(&worker, first) == [])
        #expect(handle(&worker, second) == [offer])
        #expect(
            handle(&worker, .received(.acknowledged(Self.name, Self.trial, .stored))) == [
                .unspool(Self.entry.key), .forgetFile(Self.file.name),
            ])
    }

    @Test func `the file of a result that an earlier process has left is sent before it is offered`() {
        var worker = Worker(Vocabulary.hello(), credit: 1, spooled: [Self.entry], policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        let welcomed = handle(&worker, Self.welcome)
        #expect(welcomed.contains(.upload(Self.file, .result)))
        #expect(!welcomed.contains(offer))
        #expect(handle(&worker, .uploaded(Self.file.name)) == [offer])
    }

    @Test func `a coordinator that lacks the file gets it again, and then the offer`() {
        var worker = working(spooled: [Self.entry])
        #expect(handle(&worker, .uploaded(Self.file.name)) == [offer])
        #expect(
            handle(&worker, .received(.lacking(Self.name, Self.trial))) == [.upload(Self.file, .result)])
        #expect(worker.handle(.woke, at: Self.start.advanced(by: .seconds(14))).contains(offer) == false)
        #expect(handle(&worker, .uploaded(Self.file.name)) == [offer])
    }

    @Test func `another cluster has to be given the file too`() {
        var worker = working(spooled: [Self.entry])
        _ = handle(&worker, .uploaded(Self.file.name))
        _ = worker.handle(.disconnected, at: Self.start)
        _ = worker.handle(.connected, at: Self.start)
        func meet(_ cluster: ClusterID) -> [Worker.Effect] {
            handle(
                &worker,
                .received(
                    .welcome(
                        Welcome(
                            version: 1, cluster: cluster, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])))
            )
        }
        #expect(!meet(ClusterID(9)).contains(.upload(Self.file, .result)))
        #expect(meet(.unnamed).contains(.upload(Self.file, .result)))
    }

    @Test func `a result whose file is gone is given up, and its attempt with it`() {
        var worker = working()
        _ = handle(&worker, .finished(Self.name, Self.trial, Self.entry.result))
        _ = handle(&worker, .spooled([Self.entry.key]))
        _ = handle(&worker, .ended(Self.name))
        #expect(
            handle(&worker, .fileLost(Self.file.name, cause: "gone")) == [
                .unspool(Self.entry.key), .report(.fileLost(Self.trial, cause: "gone")),
            ])
        #expect(worker.unacknowledged.isEmpty)
        _ = worker.handle(.disconnected, at: Self.start)
        #expect(handle(&worker, .connected).first == .send(.hello(Vocabulary.hello(epoch: 5))))
    }

    @Test func `a checkpoint is told when its file is with the coordinator, and once more on a new connection`() {
        var worker = working()
        #expect(handle(&worker, .checkpointed(Self.name, checkpoint(1))) == [.upload(checkpoint(1).file, .checkpoint)])
        let told = Worker.Effect.send(.checkpoint(Self.name, checkpoint(1)))
        #expect(handle(&worker, .uploaded(checkpoint(1).file.name)) == [told])
        _ = worker.handle(.disconnected, at: Self.start)
        _ = worker.handle(.connected, at: Self.start)
        #expect(handle(&worker, Self.welcome).contains(told))
    }

    @Test func `while one is sent, only the newest of those that come waits`() {
        var worker = working()
        _ = handle(&worker, .checkpointed(Self.name, checkpoint(1)))
        #expect(handle(&worker, .checkpointed(Self.name, checkpoint(2))) == [])
        #expect(handle(&worker, .checkpointed(Self.name, checkpoint(3))) == [.forgetFile(checkpoint(2).file.name)])
        #expect(
            handle(&worker, .uploaded(checkpoint(1).file.name)) == [
                .send(.checkpoint(Self.name, checkpoint(1))), .upload(checkpoint(3).file, .checkpoint),
            ])
    }

    @Test func `one that cannot be sent does not keep the next one from it`() {
        var worker = working()
        _ = handle(&worker, .checkpointed(Self.name, checkpoint(1)))
        _ = handle(&worker, .checkpointed(Self.name, checkpoint(2)))
        #expect(
            handle(&worker, .fileLost(checkpoint(1).file.name, cause: "no room")) == [
                .upload(checkpoint(2).file, .checkpoint)
            ])
    }

    @Test func `nothing more is sent of an attempt that is cancelled`() {
        var worker = working()
        _ = handle(&worker, .checkpointed(Self.name, checkpoint(1)))
        _ = handle(&worker, .checkpointed(Self.name, checkpoint(2)))
        #expect(
            handle(&worker, .received(.cancel(Self.name))) == [
                .forgetFile(checkpoint(2).file.name), .stop(Self.name),
            ])
        #expect(handle(&worker, .uploaded(checkpoint(1).file.name)) == [])
        #expect(handle(&worker, .checkpointed(Self.name, checkpoint(3))) == [.forgetFile(checkpoint(3).file.name)])
    }
}
