import ArgumentParser
import Cluster
import Coordination
import Dashboard
import Foundation
import ResultsStore

struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Run a long-lived coordinator for many sweeps and workers.",
        discussion: """
            Reached from other hosts it needs keys: see posweep keys.

            Examples:

              posweep coordinator --bind tcp://127.0.0.1:5555 --state state
              posweep keys new lab2-07 --state state
              posweep coordinator --bind tcp://0.0.0.0:5555 --state state
            """)

    @Option(
        help: ArgumentHelp(
            "The address to listen at, tcp://ADDRESS:PORT or ipc://PATH; port 0 picks a free one.", valueName: "address"
        ))
    var bind = "tcp://127.0.0.1:5555"

    @Option(help: ArgumentHelp("The state folder, on a local disk.", valueName: "folder"), completion: .directory)
    var state: String

    @Option(
        help: ArgumentHelp("The folder of keys; by default 'keys' in the state folder.", valueName: "folder"),
        completion: .directory)
    var keys: String?

    @Flag(help: "Listen without keys: whoever reaches the address may send and read everything.")
    var insecure = false

    @OptionGroup var dashboard: DashboardOption

    func run() async throws {
        let store = try ResultsStore(folder: URL(filePath: state))
        let ring = keys.map { KeyRing(URL(filePath: $0)) } ?? KeyRing(ofState: URL(filePath: state))
        let coordinator = try CoordinatorProcess(
            store: store, bind: bind, keys: ring, insecure: insecure, resumes: true)
        let signals = Signals {
            printToStandardError("posweep: stopping; workers hand back what they have — once more to stop at once")
            coordinator.drain()
        } stop: {
            coordinator.stop()
        }
        defer { withExtendedLifetime(signals) {} }
        coordinator.serve { request in RequestService(coordinator: coordinator).answer(request) }
        printToStandardError("posweep: listening at \(coordinator.endpoint), state in \(state)")
        if coordinator.isEncrypted { try Self.announce(ring) }
        let page = try await dashboard.serve(coordinator)
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
                    "posweep: sweep \(PrintableText.printable(name)) has ended"
                        + (failed > 0 ? ", \(failed) tasks failed" : ""))
            case .report(.taskDone): break
            case .keyProblem(let problem): printToStandardError("posweep: \(problem)")
            case .keyRefused(let key, let address):
                printToStandardError(
                    """
                    posweep: \(address) knocks with a key that is not authorised; to let it in: \
                    posweep keys authorize \(key) --name NAME \(keys.map { "--keys \($0)" } ?? "--state \(state)")
                    """)
            case .report(let report):
                if let line = progress.take(report) { printToStandardError("posweep: \(line)") }
            }
        }
        try store.close()
    }

    private static func announce(_ ring: KeyRing) throws {
        let names = try ring.authorized().entries.map(\.name)
        printToStandardError(
            names.isEmpty
                ? "posweep: no key may connect yet — posweep keys new makes one"
                : "posweep: encrypted; \(names.count) keys may connect, listed by posweep keys list")
    }
}
