import ArgumentParser
import Cluster
import Coordination
import Foundation
import Sweep

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Work for a coordinator until told to stop.",
        discussion: """
            Finds the coordinator again when it restarts. Ctrl-C or SIGTERM hands back
            what is running. Finished results wait on disk until the coordinator has them
            on its own, however long it is away.

            Examples:

              posweep worker --coordinator tcp://127.0.0.1:5555 --threads 4
              posweep worker --coordinator tcp://HOST:5555 --key lab2-07.key
              posweep worker --coordinator tcp://HOST:5555 --memory 8GB \\
                --spool /var/lib/posweep/1
              posweep worker --coordinator tcp://HOST:5555 --when idle --memory 4GB
            """)

    @Option(help: ArgumentHelp("The coordinator's address.", valueName: "address"))
    var coordinator: String

    @Option(help: "Threads that compute; by default all cores.")
    var threads: Int?

    @OptionGroup var contents: ContentOptions

    @OptionGroup var key: KeyOptions

    @OptionGroup var cache: CacheOptions

    @OptionGroup var compute: ComputeOptions

    @OptionGroup var owner: OwnerOptions

    @Option(
        help: ArgumentHelp(
            """
            The worker's own folder, in which finished results wait; without it the first in ~/.local/state/posweep that \
            no other worker has taken.
            """,
            valueName: "folder"), completion: .directory)
    var spool: String?

    @Option(help: "How many bytes of results may wait before no more work is taken, as 1GB.")
    var spoolLimit = ByteCount(bytes: Policy().spoolLimit)

    @Option(help: ArgumentHelp("Leave after so long without work, as 10min; by default never.", valueName: "time"))
    var leaveAfter: TimeSpan?

    @Option(help: .hidden)
    var identity: String?

    @Flag(help: .hidden)
    var endsWithParent = false

    func validate() throws {
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
        guard identity == nil || identity.flatMap({ WorkerID($0) }) != nil else {
            throw ValidationError("--identity takes 32 hexadecimal digits")
        }
    }

    func run() throws {
        // Whoever runs a sweep here has decided for this machine.
        let rules = endsWithParent ? OwnerRules(.dedicated) : try owner.rules()
        let watched = owner.watched(rules)
        let place = try watched.map { _ in try HostSlot(among: owner.workersPerHost) }
        defer { withExtendedLifetime(place) {} }
        let threads = min(threads ?? Host.current.cores, rules.threads ?? .max)
        let (compute, cache) = (compute.within(rules), cache.within(rules))
        // A local run has no other workers, so a task that is too large for this one had better fail than wait for ever.
        let isAlone = !endsWithParent
        let folder = try spool.map { try SpoolFolder(URL(filePath: $0)) } ?? SpoolFolder.claim(for: coordinator)
        defer { withExtendedLifetime(folder) {} }
        let spool = try Spool(in: folder)
        for problem in spool.problems { printToStandardError("posweep: \(problem)") }
        var policy = Policy()
        policy.spoolLimit = spoolLimit.bytes
        policy.leaveAfter = leaveAfter?.duration
        let files = WorkerFiles(in: URL(filePath: folder.path))
        files.tidy(keeping: Set(spool.found.compactMap { $0.result.artifact?.name }))
        let fetching = ["--coordinator", coordinator, "--files", folder.path] + key.arguments + contents.arguments
        let credentials = try key.credentials(for: coordinator)
        let worker = try WorkerProcess(
            coordinator: coordinator, credentials: credentials,
            identity: identity.flatMap { WorkerID($0) } ?? folder.worker, threads: threads,
            engine: .process(
                compute.settings(
                    threads: threads, arguments: fetching + cache.arguments, passesLogOn: isAlone,
                    isGuest: watched != nil,
                    isBackground: owner.background || watched != nil && !owner.foreground)),
            spool: spool,
            delivery: Delivery(files, to: contents.endpoint(beside: coordinator), credentials: credentials),
            holds: cache.contents.held.map(\.number),
            memory: isAlone ? compute.memory?.bytes ?? Host.current.memory : 0, owner: watched, policy: policy
        ) { notice in
            if isAlone, let line = notice.line { printToStandardError("posweep: \(line)") }
        }
        if endsWithParent { Self.endWithStandardInput() }
        let signals = Signals(drain: worker.drain) { Foundation.exit(1) }
        defer { withExtendedLifetime(signals) {} }
        if case .refused(let reason) = worker.waitUntilEnded() {
            throw Failure.work("the coordinator refused this worker: \(reason)")
        }
    }

    /// The parent holds the other end of standard input, which closes when the parent ends in whatever way.
    private static func endWithStandardInput() {
        let thread = Thread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            Foundation.exit(1)
        }
        thread.start()
    }
}

extension WorkerProcess.Notice {
    /// A line for a log, where the notice is worth one.
    var line: String? {
        switch self {
        case .report(.joined): "joined the coordinator"
        case .report(.refused(let reason)): "refused: \(reason)"
        case .report(.staleCoordinator(let epoch, let seen)):
            "the coordinator works on an older copy of its state (epoch \(epoch), seen \(seen)); waiting for the newer"
        case .report(.coordinatorSilent): "the coordinator is silent"
        case .report(.shelved(let results)):
            "\(results) finished results are another coordinator's; they are kept until it is met again"
        case .report(.notRecognised):
            """
            the coordinator does not know some attempts whose results are here — was its state restored from an older \
            backup? They are kept, and offered again when it is started anew
            """
        case .report(.spoolRefused(let cause)):
            "finished results cannot be written: \(cause); taking no more work until they can"
        case .report(.spoolAccepts): "finished results can be written again"
        case .report(.spoolFull(let bytes)):
            "\(bytes >> 20) MiB of results wait for the coordinator; taking no more work until it has some (--spool-limit)"
        case .report(.fileLost(let trial, let cause)):
            "the result of trial \(trial.short) is worth nothing without its file, and is found out anew: \(cause)"
        case .report(.spoolHasRoom): "taking work again"
        case .report(.withoutWork(let limit)): "leaving: no work for \(limit.components.seconds) s"
        case .report(.finishing(let tasks)):
            "told to leave: " + (tasks == 0 ? "there is nothing to finish" : "finishing \(tasks) tasks first")
        case .report(.standsStill(let cause)): "waiting: \(cause)"
        case .report(.ownerDecided(let decision)):
            switch decision {
            case .start: "taking work: nobody needs this machine"
            case .suspend(let cause): "suspended: \(cause)"
            case .continue: "continuing: nobody needs this machine any more"
            case .preempt(let cause): "handed back what was suspended: \(cause)"
            case .kill(let cause): "ended the computation, to give back its memory: \(cause)"
            }
        case .report(.leftBehind(let results)):
            "\(results) finished results stay on disk, and are handed in when the worker is started again"
        case .connecting(let attempt): attempt == 1 ? "no connection; trying again until there is one" : nil
        case .refused(let refusal): refusal.description
        case .started(let name, let trials): "task \(name.task.short), attempt \(name.attempt): \(trials) trials"
        case .finished(_, let trial): "trial \(trial.short) is finished"
        case .acknowledged: nil
        case .failed(let name, let cause): "task \(name.task.short) failed: \(cause.prefix { !$0.isNewline })"
        }
    }
}
