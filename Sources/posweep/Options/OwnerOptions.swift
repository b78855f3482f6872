import ArgumentParser
import Cluster
import Coordination
import Foundation

/// When a worker may have the machine that it is on.
struct OwnerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            When to work: dedicated (always), desktop or idle (while nobody needs the machine), night. The owner's own \
            file, /etc/posweep/owner.yaml or ~/.config/posweep/owner.yaml, wins over this: docs/spare-machines.md.
            """,
            valueName: "rules"), completion: .list(["dedicated", "desktop", "idle", "night"]))
    var when = OwnerRules.Preset.dedicated

    @Flag(help: "Compute with the lowest priority, also where the machine is dedicated.")
    var background = false

    @Option(help: "How many workers of yours may be on this machine where it belongs to somebody.")
    var workersPerHost = 1

    /// Leaves the priority as it is: on a busy machine tests would wait for ever for what only others' leavings are given to.
    @Flag(help: .hidden)
    var foreground = false

    @Option(help: .hidden)
    var hostRoot = "/"

    func validate() throws {
        guard (1...64).contains(workersPerHost) else {
            throw ValidationError("--workers-per-host must be from 1 to 64")
        }
    }

    /// What the owner lets others have of this machine.
    ///
    /// - Throws: Where the owner's file cannot be followed, or the rules contradict the options.
    func rules() throws -> OwnerRules {
        let root = URL(filePath: hostRoot)
        let (rules, file) = try OwnerFile.rules(asked: when, in: OwnerFile.places(root: root))
        if let file { printToStandardError("posweep: the owner's rules are in \(file.path)") }
        guard workersPerHost == 1 || !rules.watchesLoad else {
            throw ValidationError(
                """
                --workers-per-host: each worker would take the computing of the others for the owner's — give one worker \
                more --threads, or write load: ignore into the owner's file
                """)
        }
        return rules
    }

    func watched(_ rules: OwnerRules) -> WatchedOwner? {
        rules.areNone ? nil : WatchedOwner(rules, root: URL(filePath: hostRoot))
    }
}

extension OwnerRules.Preset: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(rawValue: argument == "idle" ? "desktop" : argument)
    }
}
