import ArgumentParser
import Cluster
import Foundation

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let the workers of a host finish what they have, and end.",
        discussion: """
            They get nothing more. The order is for the processes that are there now: one
            that has lost its connection hears of it when it is back, and a worker that is
            started later knows nothing of it.

            Examples:

              posweep drain lab2-07 --coordinator tcp://127.0.0.1:5555
              posweep drain 3b6789c7 --now --coordinator tcp://127.0.0.1:5555
              posweep drain --all --wait --coordinator tcp://127.0.0.1:5555
            """)

    @Argument(
        help: "A host, the name of a worker's key, or the first digits of a worker's identifier (posweep workers).")
    var worker: String?

    @Flag(help: "All workers.")
    var all = false

    @Flag(help: "Hand back what they have instead of finishing it; other workers begin it anew.")
    var now = false

    @Flag(help: "Return when they have ended.")
    var wait = false

    @Option(help: ArgumentHelp("The coordinator's address.", valueName: "address"))
    var coordinator: String

    @OptionGroup var key: KeyOptions

    @OptionGroup var form: OutputForm

    func validate() throws {
        guard all != (worker != nil) else { throw ValidationError("name a host or a worker, or say --all") }
    }

    func run() async throws {
        guard case .draining(let workers) = try key.ask(.drain(workers: worker, handsBack: now), at: coordinator) else {
            throw Failure.unexpectedAnswer
        }
        let inOrder = workers.sorted { ($0.host, $0.id) < ($1.host, $1.id) }
        try form.show(inOrder, inOrder.map(words).joined(separator: "\n"))
        guard wait else { return }
        let told = Set(workers.map(\.id))
        while try stillThere(of: told) > 0 { try await Task.sleep(for: .seconds(1)) }
    }

    private func words(for worker: WorkerSummary) -> String {
        let tasks = counted(worker.tasks, "task")
        return "worker \(worker.id) on \(worker.host): " + (now ? "hands back \(tasks)" : "finishes \(tasks)")
            + " and ends"
    }

    private func stillThere(of told: Set<String>) throws -> Int {
        guard case .workers(let workers) = try key.ask(.workers, at: coordinator) else {
            throw Failure.unexpectedAnswer
        }
        // One that is started again under its name was not told anything.
        return workers.count { told.contains($0.id) && ["finishing", "leaving", "silent", "away"].contains($0.state) }
    }
}
