import ArgumentParser
import Cluster
import Coordination
import Foundation

/// What a worker lets its compute process have.
struct ComputeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How much memory a computation may take, as 4GB; a task that takes more has failed.",
            valueName: "size"))
    var memory: ByteCount?

    @Option(
        help: ArgumentHelp(
            "Seconds for which a computation may get no further before it is given up.", valueName: "seconds"))
    var stall = 600

    @Option(
        help: ArgumentHelp(
            """
            How long an encoder is trained between two checkpoints, which the coordinator keeps, as 60s or 5min; 0s makes \
            one behind each step.
            """, valueName: "time"))
    var checkpointEvery = TimeSpan(seconds: 60)

    func validate() throws {
        guard stall > 0 else { throw ValidationError("--stall must be at least 1") }
        guard memory.map({ $0.bytes >= Self.smallestMemory }) != false else {
            throw ValidationError("--memory must be at least 64MB")
        }
    }

    private static let smallestMemory = 64_000_000

    /// How the compute process of a worker is started.
    ///
    /// - Parameters:
    ///   - threads: Its threads.
    ///   - arguments: What else it is told: where its data come from and are kept.
    ///   - passesLogOn: Whether its log lines are the worker's too.
    ///   - isGuest: Whether the machine's owner may stop it.
    ///   - isBackground: Whether it has the lowest priority.
    /// - Returns: The settings.
    func settings(
        threads: Int, arguments: [String], passesLogOn: Bool, isGuest: Bool = false, isBackground: Bool = false
    ) -> ComputeProcess.Settings {
        var limits = ComputeSupervisor.Limits()
        limits.stall = .seconds(stall)
        limits.memory = memory?.bytes
        let memory = memory.map { ["--memory", $0.description] } ?? []
        let priority = isBackground ? ["--background"] : []
        var settings = ComputeProcess.Settings(
            program: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(),
            arguments: ["compute", "--threads", String(threads), "--checkpoint-every", checkpointEvery.description]
                + memory + priority + arguments, limits: limits,
            passesLogOn: passesLogOn)
        settings.mayBeStopped = isGuest
        return settings
    }

    /// The options with no more memory than a machine's owner gives.
    func within(_ rules: OwnerRules) -> ComputeOptions {
        guard let memory = rules.memory else { return self }
        var options = self
        options.memory = ByteCount(bytes: min(memory, self.memory?.bytes ?? .max))
        return options
    }

    /// The options as a worker process is given them.
    var arguments: [String] {
        (memory.map { ["--memory", $0.description] } ?? []) + ["--stall", String(stall)]
            + ["--checkpoint-every", checkpointEvery.description]
    }
}
