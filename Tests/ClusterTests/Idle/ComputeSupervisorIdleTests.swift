import Cluster
import Coordination
import Testing

/// What becomes of the computation while the machine is somebody else's.
@Suite("Compute supervisor on a spare machine")
struct ComputeSupervisorIdleTests {
    private static let first = AttemptName(TaskID(high: 1, low: 1), .first)
    private static let second = AttemptName(TaskID(high: 2, low: 2), .first)
    private static let limits: ComputeSupervisor.Limits = {
        var limits = ComputeSupervisor.Limits()
        limits.stall = .seconds(2)
        limits.grace = .seconds(1)
        return limits
    }()

    private func moment(_ milliseconds: Int) -> Moment { Moment.start.advanced(by: .milliseconds(milliseconds)) }

    private func start(_ name: AttemptName) -> ComputeSupervisor.Event { .start(name, body: [7], trials: []) }

    private func order(_ name: AttemptName) -> ComputeSupervisor.Effect { .write(.start(name, body: [7], trials: [])) }

    /// A supervisor whose process computes a task.
    private func working() -> ComputeSupervisor {
        var supervisor = ComputeSupervisor(Self.limits)
        _ = supervisor.handle(start(Self.first), at: .start)
        return supervisor
    }

    private func tick(_ supervisor: inout ComputeSupervisor, _ milliseconds: ClosedRange<Int>) -> [ComputeSupervisor
        .Effect]
    {
        stride(from: milliseconds.lowerBound, through: milliseconds.upperBound, by: 100).flatMap {
            supervisor.handle(.ticked(memory: 0), at: moment($0))
        }
    }

    @Test func `who stands still is not given up for saying nothing, and has all its time afterwards`() {
        var supervisor = working()
        #expect(supervisor.handle(.suspend, at: moment(1_000)) == [.freeze])
        #expect(tick(&supervisor, 1_100...9_000) == [])
        #expect(supervisor.handle(.resume, at: moment(9_000)) == [.thaw])
        #expect(tick(&supervisor, 9_100...10_900) == [])
        #expect(tick(&supervisor, 11_000...11_000) == [.kill])
    }

    @Test func `a task that is handed back meanwhile stops when the process can`() {
        var supervisor = working()
        _ = supervisor.handle(.suspend, at: .start)
        #expect(supervisor.handle(.stop(Self.first), at: .start) == [.write(.stop(Self.first))])
        #expect(tick(&supervisor, 100...5_000) == [])
        _ = supervisor.handle(.resume, at: moment(5_000))
        #expect(supervisor.handle(start(Self.second), at: moment(5_000)) == [.clearLog, order(Self.second)])
        _ = supervisor.handle(.said(.stopped(Self.first)), at: moment(5_500))
        #expect(tick(&supervisor, 5_600...7_400) == [])
    }

    @Test func `a process whose memory is wanted is ended, and nobody is to blame`() {
        var supervisor = working()
        _ = supervisor.handle(.suspend, at: .start)
        _ = supervisor.handle(.stop(Self.first), at: .start)
        #expect(supervisor.handle(.dismiss, at: .start) == [.kill])
        #expect(supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: .start) == [])
        #expect(supervisor.handle(.dismiss, at: .start) == [])
        #expect(supervisor.handle(.resume, at: .start) == [])
        #expect(supervisor.handle(start(Self.second), at: .start) == [.clearLog, .launch, order(Self.second)])
    }

    @Test func `what comes before the dismissed process has ended waits for the next one`() {
        var supervisor = working()
        _ = supervisor.handle(.suspend, at: .start)
        _ = supervisor.handle(.dismiss, at: .start)
        _ = supervisor.handle(.resume, at: .start)
        #expect(supervisor.handle(start(Self.second), at: .start) == [.clearLog])
        #expect(
            supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: .start) == [
                .launch, order(Self.second),
            ])
    }

    @Test func `no process is started while the machine is somebody else's`() {
        var supervisor = ComputeSupervisor(Self.limits)
        #expect(supervisor.handle(.suspend, at: .start) == [])
        #expect(supervisor.handle(start(Self.first), at: .start) == [.clearLog])
        #expect(supervisor.handle(.resume, at: .start) == [.launch, order(Self.first)])
        // One that is killed by the kernel meanwhile neither.
        #expect(supervisor.handle(start(Self.second), at: .start) == [order(Self.second)])
        #expect(supervisor.handle(.suspend, at: .start) == [.freeze])
        let failed = ComputeMessage.failed(Self.first, .host, cause: "the compute process was killed by signal 9")
        #expect(
            supervisor.handle(.ended(.killed(signal: 9), ranOutOfMemory: false), at: .start) == [
                .tell(failed), .clearLog,
            ])
        #expect(supervisor.handle(.resume, at: .start) == [.launch, order(Self.second)])
        #expect(supervisor.handle(.resume, at: .start) == [])
    }
}
