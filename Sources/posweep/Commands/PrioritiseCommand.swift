import ArgumentParser
import Cluster
import Coordination
import ResultsStore

struct PrioritiseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prioritise",
        abstract: "Let a sweep have more or fewer turns than others.",
        discussion: """
            Sweeps take turns: one of priority 20 gets two tasks done while one of
            priority 10 gets one, and none waits for ever. What is running goes on. A
            running coordinator takes it up at once; with a state folder the next one
            does.

            Examples:

              posweep prioritise table1 50 --coordinator tcp://127.0.0.1:5555
              posweep prioritise table1 1 --state state
            """)

    @Argument(help: "The sweep's name.", completion: .sweepName)
    var sweep: String

    @Argument(help: "From 1 to 100; 10 is usual.")
    var priority: SweepPriority

    @Option(
        help: ArgumentHelp("The state folder; by default NAME.state for the sweep NAME.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @OptionGroup var running: CoordinatorOptions

    @OptionGroup var form: OutputForm

    func validate() throws {
        try running.exclude(state: state)
    }

    func run() throws {
        guard let answer = try running.ask(.prioritise(sweep: sweep, priority: priority.value)) else {
            let found = try StateOptions(sweep: sweep, state: state).open()
            let store = try ResultsStore(folder: found.store.folder.url)
            try store.prioritise(found.sweep, priority)
            try store.close()
            return try show(sweep, priority.value)
        }
        guard case .prioritised(let sweep, let priority) = answer else { throw Failure.unexpectedAnswer }
        try show(sweep, priority)
    }

    private func show(_ sweep: String, _ priority: Int) throws {
        var change = SweepChange(sweep, "prioritised")
        change.priority = priority
        try form.show(change, "\(sweep): priority \(priority)")
    }
}
