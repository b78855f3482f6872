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

            Results go to standard output, everything else to standard error. Exit status: 0 done, 1 failed work,
            64 bad usage or a bad sweep file.
            """,
        version: "posweep \(Host.programVersion)",
        subcommands: [
            RunCommand.self, PlanCommand.self, CoordinatorCommand.self, SubmitCommand.self, WorkerCommand.self,
            StatusCommand.self, TableCommand.self, CurvesCommand.self, CheckCommand.self, MapsCommand.self,
            ReportCommand.self, EncodersCommand.self, BackupCommand.self, WorkersCommand.self, DrainCommand.self,
            PauseCommand.self, ResumeCommand.self, PrioritiseCommand.self, CancelCommand.self, RetryCommand.self,
            WhyCommand.self, KeysCommand.self,
            TrainCommand.self, FeaturesCommand.self, TargetsCommand.self, ScoreCommand.self, WeightsCommand.self,
            BenchCommand.self, SimulateCommand.self, DoctorCommand.self,
            ComputeCommand.self,
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
        default: exit(withError: error)
        }
    }

    private static func end(_ message: String, status: Int32) -> Never {
        printToStandardError("posweep: \(message)")
        Foundation.exit(status)
    }
}
