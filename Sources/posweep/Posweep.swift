import ArgumentParser
import Cluster
import ConvEngine
import Foundation
import Sweep

/// How much absolute position a convolutional network encodes, swept over a cluster.
@main
struct Posweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posweep",
        abstract: "How much absolute position a convolutional network encodes, swept over a cluster.",
        discussion: """
            Begin with:

              posweep run sweeps/quickstart.yaml

            Results go to standard output, everything else to standard error. Exit status:
            0 done, 1 failed work, 64 bad usage or a bad sweep file.
            """,
        version: "posweep \(Host.programVersion)",
        subcommands: [ComputeCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Running",
                subcommands: [
                    RunCommand.self, PlanCommand.self, CoordinatorCommand.self, WorkerCommand.self, SubmitCommand.self,
                ]),
            CommandGroup(
                name: "Watching and steering",
                subcommands: [
                    StatusCommand.self, WorkersCommand.self, WhyCommand.self, PauseCommand.self, ResumeCommand.self,
                    PrioritiseCommand.self, CancelCommand.self, RetryCommand.self, DrainCommand.self,
                ]),
            CommandGroup(
                name: "Results",
                subcommands: [
                    TableCommand.self, CheckCommand.self, CurvesCommand.self, MapsCommand.self, ReportCommand.self,
                    EncodersCommand.self,
                ]),
            CommandGroup(
                name: "Science",
                subcommands: [
                    TrainCommand.self, FeaturesCommand.self, TargetsCommand.self, ScoreCommand.self,
                    WeightsCommand.self,
                ]),
            CommandGroup(
                name: "Upkeep",
                subcommands: [
                    KeysCommand.self, BackupCommand.self, DoctorCommand.self, BenchCommand.self, SimulateCommand.self,
                ]),
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(reporting: error)
        }
    }

    /// Says what went wrong in one line and ends with the status that fits it.
    private static func exit(reporting error: any Error) -> Never {
        switch error {
        case let failure as Failure: end(failure.message, status: failure.status)
        case let error as SweepError: end(error.description, status: Failure.usage("").status)
        case let error as any CustomStringConvertible & Error where exitCode(for: error) == .failure:
            end(error.description, status: Failure.work("").status)
        default:
            let page = HelpPage(fullMessage(for: error, columns: HelpPage.columns), columns: HelpPage.columns)
            let status = exitCode(for: error)
            if status == .success { print(page.text) } else { printToStandardError(page.text) }
            Foundation.exit(status.rawValue)
        }
    }

    private static func end(_ message: String, status: Int32) -> Never {
        printToStandardError("posweep: \(message)")
        Foundation.exit(status)
    }
}
