import Cluster
import Coordination
import Testing

/// What becomes of tasks when the process that computes them dies, freezes or takes too much.
@Suite("Compute supervisor")
struct ComputeSupervisorTests {
    private static let first = AttemptName(TaskID(high: 1, low: 1), .first)
    private static let second = AttemptName(TaskID(high: 2, low: 2), .first)
    private static let trial = TrialID(high: 3, low: 3)
    private static let limits: ComputeSupervisor.Limits = {
        var limits = ComputeSupervisor.Limits()
        limits.stall = .seconds(2)
        limits.grace = .seconds(1)
        limits.memory = 1 << 30
        return limits
    }()

    private func start(_ name: AttemptName) -> ComputeSupervisor.Event {
        .start(name, body: [7], trials: [Self.trial])
    }

    private func order(_ name: AttemptName) -> ComputeSupervisor.Effect {
        .write(.start(name, body: [7], trials: [Self.trial]))
    }

    private func failed(_ name: AttemptName, _ kind: FailureKind, _ cause: String) -> ComputeSupervisor.Effect {
        .tell(.failed(name, kind, cause: cause))
    }

    private func moment(_ milliseconds: Int) -> Moment { Moment.start.advanced(by: .milliseconds(milliseconds)) }

    /// A supervisor whose process computes the first task, while the second waits.
    private func working() -> ComputeSupervisor {
        var supervisor = ComputeSupervisor(Self.limits)
        #expect(supervisor.handle(start(Self.first), at: .start) == [.clearLog, .launch, order(Self.first)])
        #expect(supervisor.handle(start(Self.second), at: .start) == [order(Self.second)])
        return supervisor
    }

    /// Lets time pass from tick to tick, and says what was done about it.
    private func tick(
        _ supervisor: inout ComputeSupervisor, _ milliseconds: ClosedRange<Int>, memory: Int = 0
    ) -> [ComputeSupervisor.Effect] {
        stride(from: milliseconds.lowerBound, through: milliseconds.upperBound, by: 100).flatMap {
            supervisor.handle(.ticked(memory: memory), at: moment($0))
        }
    }

    @Test func `what the process says of its tasks is passed on`() {
        var supervisor = working()
        let progress = ComputeMessage.progressed(Self.first, fraction: 0.5, note: "fit")
        #expect(supervisor.handle(.said(progress), at: .start) == [.tell(progress)])
        #expect(supervisor.handle(.said(.ended(Self.first)), at: .start) == [.tell(.ended(Self.first)), .clearLog])
        let unknown = ComputeMessage.progressed(Self.first, fraction: 0.6, note: "fit")
        #expect(supervisor.handle(.said(unknown), at: .start) == [])
    }

    @Test(arguments: [
        (ChildProcess.End.killed(signal: 11), FailureKind.trial, "the computation crashed (SIGSEGV)"),
        (.killed(signal: 5), .trial, "the computation crashed (SIGTRAP)"),
        (.killed(signal: 9), .host, "the compute process was killed by signal 9"),
        (.exited(1), .host, "the compute process ended with status 1"),
    ])
    func `a death fails the task that was computed, and the next one begins anew`(
        end: ChildProcess.End, kind: FailureKind, cause: String
    ) {
        var supervisor = working()
        #expect(
            supervisor.handle(.ended(end, ranOutOfMemory: false), at: .start) == [
                failed(Self.first, kind, cause), .clearLog, .launch, order(Self.second),
            ])
    }

    @Test func `a death for want of memory is told from others`() {
        var supervisor = working()
        let effects = supervisor.handle(.ended(.killed(signal: 5), ranOutOfMemory: true), at: .start)
        let cause = "the computation ran out of memory; the computation crashed (SIGTRAP)"
        #expect(effects.first == failed(Self.first, .memory, cause))
    }

    @Test func `more memory than is allowed ends the process`() {
        var supervisor = working()
        #expect(tick(&supervisor, 100...100, memory: 1 << 30) == [])
        #expect(tick(&supervisor, 200...200, memory: 1 << 30 + 1) == [.kill])
        let effects = supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: moment(300))
        let cause = "the computation took more than 1024 MiB of memory (--memory)"
        #expect(effects.first == failed(Self.first, .memory, cause))
    }

    @Test func `a task that gets no further for too long is given up`() {
        var supervisor = working()
        #expect(tick(&supervisor, 100...1_500) == [])
        let progress = ComputeMessage.progressed(Self.first, fraction: 0.5, note: "fit")
        _ = supervisor.handle(.said(progress), at: moment(1_500))
        #expect(tick(&supervisor, 1_600...3_400) == [])
        #expect(tick(&supervisor, 3_500...3_500) == [.kill])
        let effects = supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: moment(3_600))
        let cause = "the computation got no further for 2.0 seconds (--stall)"
        #expect(effects.first == failed(Self.first, .stalled, cause))
    }

    @Test func `a host that was asleep blames nobody`() {
        var supervisor = working()
        _ = tick(&supervisor, 100...1_900)
        #expect(supervisor.handle(.ticked(memory: 0), at: moment(3_600_000)) == [])
        #expect(tick(&supervisor, 3_600_100...3_601_900) == [])
    }

    @Test func `a process with nothing to do may be silent`() {
        var supervisor = working()
        _ = supervisor.handle(.said(.ended(Self.first)), at: .start)
        _ = supervisor.handle(.said(.ended(Self.second)), at: .start)
        #expect(tick(&supervisor, 100...9_000) == [])
    }

    @Test func `a task that nobody wants is told to stop, and then the process is killed for it`() {
        var supervisor = working()
        #expect(supervisor.handle(.stop(Self.first), at: .start) == [.write(.stop(Self.first))])
        #expect(tick(&supervisor, 100...900) == [])
        #expect(tick(&supervisor, 1_000...1_000) == [.kill])
        #expect(
            supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: moment(1_100)) == [
                .launch, order(Self.second),
            ])
    }

    @Test func `a task that stops in time costs nobody anything`() {
        var supervisor = working()
        _ = supervisor.handle(.stop(Self.first), at: .start)
        _ = supervisor.handle(.said(.stopped(Self.first)), at: moment(500))
        #expect(tick(&supervisor, 600...2_400) == [])
    }

    @Test func `a death while an unwanted task stops is not the next one's fault`() {
        var supervisor = working()
        _ = supervisor.handle(.stop(Self.first), at: .start)
        let effects = supervisor.handle(.ended(.killed(signal: 11), ranOutOfMemory: false), at: moment(100))
        #expect(effects == [.launch, order(Self.second)])
    }

    @Test func `a process that dies again and again is started later each time`() {
        var supervisor = working()
        _ = supervisor.handle(.ended(.killed(signal: 11), ranOutOfMemory: false), at: .start)
        #expect(
            supervisor.handle(.ended(.killed(signal: 11), ranOutOfMemory: false), at: .start) == [
                failed(Self.second, .trial, "the computation crashed (SIGSEGV)"), .clearLog,
            ])
        #expect(supervisor.handle(start(Self.first), at: .start) == [.clearLog])
        #expect(tick(&supervisor, 100...900) == [])
        #expect(tick(&supervisor, 1_000...1_000) == [.launch, order(Self.first)])
    }

    @Test func `a program that cannot be started fails the task and says why`() {
        var supervisor = working()
        let effects = supervisor.handle(.launchFailed(cause: "no such file"), at: .start)
        #expect(
            effects.first == failed(Self.first, .host, "the compute process cannot be started: no such file"))
    }

    @Test func `what is no message ends the process`() {
        var supervisor = working()
        #expect(supervisor.handle(.babbled(cause: "a wrong checksum"), at: .start) == [.kill])
        #expect(supervisor.handle(.babbled(cause: "a wrong checksum"), at: .start) == [])
    }
}
