package import Coordination

/// Decides what a crash, a freeze or the appetite of the compute process means for the tasks that it was given.
///
/// A value like ``Worker``: events and the time go in, effects come out. The compute process takes tasks in order, so the
/// first of them is the one that it computes.
package struct ComputeSupervisor: Sendable {
    /// When a compute process is ended.
    package struct Limits: Hashable, Sendable {
        /// How long a task may say nothing.
        package var stall = Duration.seconds(600)
        /// How long a task that is not wanted any more may go on.
        package var grace = Duration.seconds(10)
        /// Bytes that it may take for itself; nil for as many as there are.
        package var memory: Int?

        package init() {}
    }

    package enum Event: Sendable {
        case start(AttemptName, body: [UInt8], trials: [TrialID], TaskInputs = .none)
        case stop(AttemptName)
        /// The machine is somebody else's for a while: leave the processors, and keep the memory.
        case suspend
        case resume
        /// Give back the memory too; no task is wanted any more.
        case dismiss
        /// The compute process has said this.
        case said(ComputeMessage)
        /// It has said something that is no message.
        case babbled(cause: String)
        /// It has ended, and everything that it said was heard.
        case ended(ChildProcess.End, ranOutOfMemory: Bool)
        case launchFailed(cause: String)
        /// Some time has passed, and it takes so many bytes.
        case ticked(memory: Int)
    }

    package enum Effect: Hashable, Sendable {
        /// Start the process; one at a time.
        case launch
        case write(ComputeMessage)
        case kill
        /// Stop all of the process's threads where they are.
        case freeze
        case thaw
        /// The worker has to hear this.
        case tell(ComputeMessage)
        /// A task begins: what was in the log before is about others.
        case clearLog
    }

    private struct Job {
        let name: AttemptName
        let body: [UInt8]
        let trials: [TrialID]
        let inputs: TaskInputs
    }

    private struct Failure: Hashable {
        let name: AttemptName
        let kind: FailureKind
        let cause: String
    }

    /// Where the process is.
    private enum Process: Hashable {
        /// Can become running.
        case none
        /// It died too soon to be started again at once. Can become running.
        case resting(until: Moment)
        /// Can become dying, none or resting.
        case running
        /// It was killed, for the sake of a task that has failed where one is to blame. Can become none or resting.
        case dying(Failure?)
        /// It was killed because somebody else needs its memory. Can become none.
        case dismissed
    }

    private let limits: Limits
    private var process = Process.none
    /// While it is, no process is started, and no time counts.
    private var isSuspended = false
    private var jobs: [Job] = []
    /// By when tasks that are not wanted any more have to have stopped.
    private var stopping: [AttemptName: Moment] = [:]
    private var lastWord = Moment.start
    private var lastTick = Moment.start
    /// Deaths since something was last finished.
    private var deaths = 0

    /// How often `ticked` is wanted.
    package static let tick = Duration.milliseconds(100)
    private static let firstRest = Duration.milliseconds(250)
    private static let longestRest = Duration.seconds(30)

    /// Whether there is anything to look at.
    var needsTicks: Bool { process != .none && !isSuspended }

    package init(_ limits: Limits) {
        self.limits = limits
    }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: Event, at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .start(let name, let body, let trials, let inputs):
            if jobs.isEmpty { begin(at: now, &effects) }
            jobs.append(Job(name: name, body: body, trials: trials, inputs: inputs))
            switch process {
            case .running: effects.append(.write(.start(name, body: body, trials: trials, inputs)))
            case .none: if !isSuspended { launch(at: now, &effects) }
            case .resting, .dying, .dismissed: break
            }
        case .stop(let name):
            guard jobs.contains(where: { $0.name == name }) else { return [] }
            jobs.removeAll { $0.name == name }
            guard process == .running else { return [] }
            stopping[name] = now.advanced(by: limits.grace)
            effects.append(.write(.stop(name)))
        case .suspend:
            isSuspended = true
            if process == .running { effects.append(.freeze) }
        case .resume: resume(at: now, &effects)
        case .dismiss:
            jobs = []
            guard process == .running else { return [] }
            process = .dismissed
            effects.append(.kill)
        case .said(let message): hear(message, at: now, &effects)
        case .babbled(let cause):
            kill(.host, "the compute process said something that is no message: \(cause)", &effects)
        case .ended(let end, let ranOutOfMemory): bury(end, ranOutOfMemory, at: now, &effects)
        case .launchFailed(let cause):
            process = .none
            blame(failure(.host, "the compute process cannot be started: \(cause)"), &effects)
            goOn(at: now, &effects)
        case .ticked(let memory): look(at: now, memory: memory, &effects)
        }
        return effects
    }

    private mutating func launch(at now: Moment, _ effects: inout [Effect]) {
        process = .running
        lastWord = now
        effects.append(.launch)
        for job in jobs {
            effects.append(.write(.start(job.name, body: job.body, trials: job.trials, job.inputs)))
        }
    }

    private mutating func resume(at now: Moment, _ effects: inout [Effect]) {
        guard isSuspended else { return }
        isSuspended = false
        giveTime(at: now)
        switch process {
        case .running: effects.append(.thaw)
        case .none: if !jobs.isEmpty { launch(at: now, &effects) }
        case .resting, .dying, .dismissed: break
        }
    }

    /// Whoever could not say anything has all its time before it.
    private mutating func giveTime(at now: Moment) {
        lastWord = now
        for name in stopping.keys { stopping[name] = now.advanced(by: limits.grace) }
    }

    private mutating func begin(at now: Moment, _ effects: inout [Effect]) {
        lastWord = now
        effects.append(.clearLog)
    }

    private mutating func hear(_ message: ComputeMessage, at now: Moment, _ effects: inout [Effect]) {
        lastWord = now
        switch message {
        case .stopped(let name): stopping[name] = nil
        case .progressed(let name, _, _, _), .finished(let name, _, _), .checkpointed(let name, _):
            if jobs.contains(where: { $0.name == name }) { effects.append(.tell(message)) }
        case .ended(let name), .failed(let name, _, _):
            deaths = 0
            stopping[name] = nil
            guard let index = jobs.firstIndex(where: { $0.name == name }) else { return }
            jobs.remove(at: index)
            effects.append(.tell(message))
            effects.append(.clearLog)
        case .start, .stop: kill(.host, "the compute process said what only its agent may say", &effects)
        }
    }

    private mutating func look(at now: Moment, memory: Int, _ effects: inout [Effect]) {
        let gap = now.duration(since: lastTick)
        lastTick = now
        // Whoever was asleep itself, with the whole host perhaps, has no idea who else was.
        if gap > Self.tick * 20 { giveTime(at: now) }
        guard !isSuspended else { return }
        switch process {
        case .resting(let until) where until <= now: launch(at: now, &effects)
        case .running:
            if let limit = limits.memory, memory > limit {
                kill(.memory, "the computation took more than \(limit >> 20) MiB of memory (--memory)", &effects)
            } else if stopping.values.contains(where: { $0 <= now }) {
                kill(nil, "a task did not stop", &effects)
            } else if !jobs.isEmpty, now.duration(since: lastWord) >= limits.stall {
                kill(.stalled, "the computation got no further for \(limits.stall) (--stall)", &effects)
            }
        default: break
        }
    }

    private mutating func kill(_ kind: FailureKind?, _ cause: String, _ effects: inout [Effect]) {
        guard process == .running else { return }
        process = .dying(kind.flatMap { failure($0, cause) })
        effects.append(.kill)
    }

    private func failure(_ kind: FailureKind, _ cause: String) -> Failure? {
        jobs.first.map { Failure(name: $0.name, kind: kind, cause: cause) }
    }

    private mutating func bury(
        _ end: ChildProcess.End, _ ranOutOfMemory: Bool, at now: Moment, _ effects: inout [Effect]
    ) {
        let wasKilled = process
        process = .none
        // While a task that nobody wants is being stopped, the next one has not begun.
        let isBlameless = !stopping.isEmpty
        stopping = [:]
        if wasKilled == .dismissed {
            deaths = 0
        } else if case .dying(let failure) = wasKilled {
            blame(failure, &effects)
        } else if isBlameless {
            deaths += 1
        } else if ranOutOfMemory {
            blame(failure(.memory, "the computation ran out of memory; \(end.causeOfDeath)"), &effects)
        } else {
            blame(failure(end.blame, end.causeOfDeath), &effects)
        }
        goOn(at: now, &effects)
    }

    /// The task that was being computed has failed.
    private mutating func blame(_ failure: Failure?, _ effects: inout [Effect]) {
        deaths += 1
        guard let failure, let index = jobs.firstIndex(where: { $0.name == failure.name }) else { return }
        jobs.remove(at: index)
        effects.append(.tell(.failed(failure.name, failure.kind, cause: failure.cause)))
        effects.append(.clearLog)
    }

    private mutating func goOn(at now: Moment, _ effects: inout [Effect]) {
        if deaths > 1 {
            let rest = min(Self.longestRest, Self.firstRest * (1 << min(deaths, 10)))
            process = .resting(until: now.advanced(by: rest))
        } else if !jobs.isEmpty, !isSuspended {
            launch(at: now, &effects)
        }
    }
}

extension ChildProcess.End {
    /// Whose fault a compute process's end is: its own crash is the task's, as a rule, and a signal from outside the host's.
    var blame: FailureKind {
        switch self {
        case .exited: .host
        case .killed(let signal): Self.crashes[signal] == nil ? .host : .trial
        }
    }

    var causeOfDeath: String {
        switch self {
        case .exited(let status): "the compute process ended with status \(status)"
        case .killed(let signal):
            Self.crashes[signal].map { "the computation crashed (\($0))" }
                ?? "the compute process was killed by signal \(signal)"
        }
    }

    private static let crashes: [Int32: String] = [
        4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV",
    ]
}
