import ArgumentParser
import Cluster
import Coordination
import Foundation
import ResultsStore

struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Run a long-lived coordinator for many sweeps and workers.",
        discussion: """
            Example:

              posweep coordinator --bind tcp://127.0.0.1:5555 --state state
            """)

    @Option(help: "The address to listen at, tcp://ADDRESS:PORT or ipc://PATH; port 0 picks a free one.")
    var bind = "tcp://127.0.0.1:5555"

    @Option(help: "The state folder, on a local disk.")
    var state: String

    @Flag(help: "Listen at an address that other hosts can reach, although there are no keys yet.")
    var insecure = false

    @Option(help: "Serve a page with the progress and the tables, e.g. 127.0.0.1:8080.")
    var dashboard: String?

    func run() async throws {
        let store = try ResultsStore(folder: URL(filePath: state))
        let coordinator = try CoordinatorProcess(store: store, bind: bind, insecure: insecure, resumes: true)
        coordinator.serve { request in RequestService(coordinator: coordinator).answer(request) }
        printToStandardError("posweep: listening at \(coordinator.endpoint), state in \(state)")
        let page = try await DashboardOption(dashboard).serve(store)
        let signals = Signals {
            printToStandardError("posweep: stopping; workers hand back what they have — once more to stop at once")
            coordinator.drain()
        } stop: {
            coordinator.stop()
        }
        defer { withExtendedLifetime(signals) {} }
        var progress = RunProgress(trials: 0, finishedTrials: 0, tasks: 0, finishedTasks: 0)
        for await notice in coordinator.notices {
            switch notice {
            case .ended(let cause):
                coordinator.waitUntilEnded()
                page?.cancel()
                if let cause { throw Failure.work(cause) }
            case .report(.sweepEnded(let sweep, let failed)):
                let name = try store.progress().first { $0.sweep == sweep }?.name ?? sweep.short
                printToStandardError(
                    "posweep: sweep \(name) has ended" + (failed > 0 ? ", \(failed) tasks failed" : ""))
            case .report(.taskDone): break
            case .report(let report):
                if let line = progress.take(report) { printToStandardError("posweep: \(line)") }
            }
        }
        try store.close()
    }
}
