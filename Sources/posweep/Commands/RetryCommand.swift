import ArgumentParser
import Cluster
import Coordination
import ResultsStore

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try a sweep's failed tasks, or single trials, again.",
        discussion: """
            With a state folder the tasks are put back, and the next run takes them up
            with whatever else is missing; a running coordinator takes them up at once.
            Finished trials are never run again. A task is tried as a whole: the answer
            says which other trials it has, and a training that it needs and that has
            failed is tried again too.

            Examples:

              posweep retry quickstart
              posweep retry quickstart --trial 3b6789c7 --trial 90e1
              posweep retry quickstart --coordinator tcp://127.0.0.1:5555
            """)

    @OptionGroup var source: StateOptions

    @Option(
        help: ArgumentHelp(
            "Only the failed tasks of this trial, or this task: its identifier, or its first digits; can be repeated.",
            valueName: "id"))
    var trial: [String] = []

    @OptionGroup var running: CoordinatorOptions

    @OptionGroup var form: OutputForm

    func validate() throws {
        try running.exclude(state: source.state)
        guard running.coordinator == nil || source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        let (name, trials) = (source.sweep ?? "", try Self.bounded(trial))
        switch try running.ask(trials.isEmpty ? .retry(sweep: name) : .retryTrials(sweep: name, trials: trials)) {
        case nil: try form.show(changeStateFolder())
        case .retried(let sweep, let tasks): try form.show(RetryOutcome(sweep: sweep, tasks: tasks))
        case .retriedTrials(let sweep, let tasks, let trials, let others):
            try form.show(RetryOutcome(sweep: sweep, tasks: tasks, trials: trials, otherTrials: others))
        default: throw Failure.unexpectedAnswer
        }
    }

    private func changeStateFolder() throws -> RetryOutcome {
        let folder = try source.folder()
        let sweep = try source.open().sweep
        let store = try ResultsStore(folder: folder)
        let retried = trial.isEmpty ? nil : try store.retryFailed(of: sweep, named: trial)
        let tasks = try retried?.tasks.count ?? store.retryFailed(of: sweep)
        let progress = try store.progress(of: sweep)
        try store.close()
        var outcome = RetryOutcome(
            sweep: progress.name, tasks: tasks, trials: retried?.trials.map(\.description),
            otherTrials: retried?.others.map(\.description))
        outcome.missingTrials = progress.trials.all - progress.trials.finished
        return outcome
    }

    /// Identifiers in a number that an answer has room for.
    ///
    /// - Throws: `Failure` where they are more.
    static func bounded(_ digits: [String]) throws -> [String] {
        guard digits.count <= 100 else {
            throw Failure.usage("--trial is given \(digits.count) times; give up to 100, or try all failed tasks again")
        }
        return digits
    }
}

/// What was put back in the queue.
private struct RetryOutcome: Encodable, CustomStringConvertible {
    let sweep: String
    let tasks: Int
    /// What was asked for, and what is in the same tasks; nil where all of a sweep's were.
    var trials, otherTrials: [String]?
    /// How many trials have no result, where a state folder was changed.
    var missingTrials: Int?

    var description: String {
        guard let trials, let otherTrials else {
            guard let missingTrials else { return "\(sweep): \(tasks) failed tasks put back" }
            return "\(tasks) failed tasks put back; \(missingTrials) trials are to be run"
        }
        let names = otherTrials.prefix(Self.namesShown).map { String($0.prefix(8)) }
        let rest = otherTrials.count > names.count ? " and \(otherTrials.count - names.count) more" : ""
        return "\(sweep): \(counted(tasks, "failed task")) put back with \(counted(trials.count, "trial"))"
            + (names.isEmpty
                ? "" : "; with them, since a task is tried as a whole: \(names.joined(separator: ", "))\(rest)")
    }

    private static let namesShown = 8
}

extension OutputForm {
    fileprivate func show(_ outcome: RetryOutcome) throws { try show(outcome, outcome.description) }
}
