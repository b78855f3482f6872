import Foundation
import TestSupport
import Testing

/// Every command that lists, reports or changes something says it to scripts too.
@Suite("Output for scripts", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct JSONOutputTests {
    /// Runs a command with `--json` and reads what it prints, which is one document with the documented keys.
    private func answer(
        _ arguments: String..., in folder: URL, documentedAs command: String? = nil, status: Int32 = 0
    ) async throws -> Any {
        let outcome = try await PosweepProcess.run(arguments + ["--json"], in: folder)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(!outcome.output.contains("\\/"))
        let answer = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let command = try command ?? #require(arguments.first)
        try DocumentedJSON(of: command).expectKeys(of: answer, command)
        return answer
    }

    private func object(_ answer: Any) throws -> [String: Any] { try #require(answer as? [String: Any]) }

    private func list(_ answer: Any?) throws -> [[String: Any]] { try #require(answer as? [[String: Any]]) }

    @Test func `what a host has and computes`() async throws {
        try await withTemporaryFolder { folder in
            let doctor = try object(try await answer("doctor", in: folder))
            #expect(doctor["cores"] as? Int ?? 0 > 0)
            let targets = try object(try await answer("targets", "--size", "32", "--output", "t", in: folder))
            #expect(try list(targets["maps"]).map { $0["target"] as? String } == ["H", "V", "G", "HS", "VS"])
            let features = try object(
                try await answer(
                    "features", "--image-size", "32", "--stages", "1", "t/G.png", "--output", "f.npy", in: folder))
            #expect(features["shape"] as? [Int] == [1, 28, 28, 64])
            let score = try object(try await answer("score", "t/H.npy", "t/H.npy", in: folder))
            #expect((score["mean"] as? [String: Double])?["mae"] == 0)
            let bench = try object(
                try await answer(
                    "bench", "--encoder", "vgg5", "--brief", "--batch", "1", "--threads", "1", "--repetitions", "1",
                    in: folder))
            #expect(try list(bench["encoders"]).map { $0["encoder"] as? String } == ["vgg5"])
            _ = try await PosweepProcess.run(["keys", "new", "lab1", "--state", "state"], in: folder)
            let keys = try list(
                try await answer("keys", "list", "--state", "state", in: folder, documentedAs: "keys list"))
            #expect(keys.map { $0["name"] as? String } == ["lab1"])
        }
    }

    @Test func `names keep what a terminal would obey, and no terminal sees it`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await PosweepProcess.run(["targets", "--size", "32", "--output", "."], in: folder)
            let name = "\u{1B}[31m\u{9B}2J\u{202E}gnp\u{2066}\u{7F}\u{FEFF}.png"
            try FileManager.default.copyItem(
                at: folder.appending(path: "H.png"), to: folder.appending(path: name))
            let outcome = try await PosweepProcess.run(
                ["features", "--image-size", "32", "--stages", "1", name, "--output", "f.npy", "--json"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let scalars = outcome.output.unicodeScalars
            #expect(scalars.allSatisfy { (0x20..<0x7F).contains($0.value) || $0 == "\n" })
            let written = try object(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)))
            #expect((written["images"] as? [String])?.map { Array($0.utf8) } == [Array(name.utf8)])
        }
    }

    @Test func `what would run`() async throws {
        try await withTemporaryFolder { folder in
            _ = try TinySweep(in: folder)
            let plan = try object(try await answer("plan", "tiny.yaml", "--trials", in: folder))
            #expect(plan["trials"] as? Int == 12 && plan["tasks"] as? Int == 3)
            let trials = try list(plan["trialSettings"])
            #expect(trials.count == 12 && trials.allSatisfy { ($0["trial"] as? String)?.count == 32 })
            let settings = try #require(trials.first?["settings"] as? [String: Any])
            // A number is a number, a list a list, and what cannot matter is there and nothing.
            #expect(settings["fit.epochs"] as? Int == 3)
            #expect(settings["fit.decay_at"] as? [Int] == [2])
            #expect(settings["encoder.padding"] is NSNull)
            let all = try list(
                try await answer("plan", "--settings", in: folder, documentedAs: "plan --settings"))
            #expect(Set(settings.keys) == Set(all.compactMap { $0["name"] as? String }))
            let hosts = try object(
                try await answer(
                    "plan", "tiny.yaml", "--hosts", "1,8", "--rate", "vgg16=20", "--rate", "fits=500", in: folder,
                    documentedAs: "plan --hosts"))
            #expect(try list(hosts["plans"]).map { $0["hosts"] as? Int } == [1, 8])
        }
    }

    @Test func `a sweep in a state folder, and what is done with it`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacing("[none, vgg16]", with: "[none]")
            let sweep = try TinySweep(in: folder, text: text + "reference: {file: paper.csv, tolerance: {MAE: 1}}\n")
            try Data("encoder,target,test,metric,value\nnone,H,natural,MAE,.25\nnone,G,black,MAE,.1\n".utf8)
                .write(to: folder.appending(path: "paper.csv"))
            #expect(try await sweep.run(state: "tiny.state").status == 0)
            let status = try object(try await answer("status", in: folder))
            #expect(try list(status["sweeps"]).map { $0["finishedTrials"] as? Int } == [4])
            let table = try object(try await answer("table", "tiny", in: folder))
            let trial = try #require(try list(table["trials"]).first?["trial"] as? String)
            let check = try object(try await answer("check", "tiny", in: folder))
            #expect(check["agreeing"] as? Int == 2)
            #expect(try list(try object(try await answer("curves", "tiny", in: folder))["trials"]).isEmpty)
            let maps = try object(try await answer("maps", "--output", "maps", "--sheet", "sheet.png", in: folder))
            let first = try #require(try list(maps["maps"]).first)
            #expect(first["size"] as? Int == 48)
            let prediction = try #require(first["prediction"] as? String)
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: prediction).path))
            #expect(try list(try await answer("workers", "--state", "tiny.state", in: folder)).isEmpty == false)
            let why = try object(try await answer("why", trial, "--state", "tiny.state", in: folder))
            #expect((why["lines"] as? [String])?.first == "trial \(trial) is finished")
            #expect(why["state"] as? String == "finished" && why["identifier"] as? String == trial)
            #expect(try object(try await answer("report", "tiny", in: folder))["rows"] as? Int == 2)
            let backup = try object(try await answer("backup", "b.sqlite", "--state", "tiny.state", in: folder))
            #expect(backup["results"] as? Int == 4)
            #expect(try object(try await answer("pause", "tiny", in: folder))["change"] as? String == "paused")
            #expect(try object(try await answer("resume", "tiny", in: folder))["change"] as? String == "resumed")
            #expect(try object(try await answer("prioritise", "tiny", "3", in: folder))["priority"] as? Int == 3)
            #expect(try object(try await answer("retry", "tiny", in: folder))["tasks"] as? Int == 0)
            #expect(try object(try await answer("cancel", "tiny", in: folder))["finishedTrials"] as? Int == 4)
        }
    }

    @Test func `figures outside the tolerance are listed, and the exit status says so as ever`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacing("[none, vgg16]", with: "[none]")
            let sweep = try TinySweep(in: folder, text: text + "reference: {file: paper.csv, tolerance: {MAE: 0.01}}\n")
            try Data("encoder,target,test,metric,value\nnone,H,natural,MAE,.9\n".utf8)
                .write(to: folder.appending(path: "paper.csv"))
            #expect(try await sweep.run(state: "tiny.state").status == 0)
            let check = try object(try await answer("check", "tiny", in: folder, status: 1))
            let figure = try #require(try list(check["figures"]).first)
            #expect(figure["verdict"] as? String == "differs" && figure["reference"] as? Double == 0.9)
            // A mistake prints no document at all.
            let unknown = try await PosweepProcess.run(
                ["table", "other", "--state", "tiny.state", "--json"], in: folder)
            #expect(unknown.status != 0 && unknown.output.isEmpty && unknown.errors.contains("other"))
            let both = try await PosweepProcess.run(["table", "tiny", "--format", "csv", "--json"], in: folder)
            #expect(both.status == 64 && both.output.isEmpty)
        }
    }

    @Test func `a running coordinator, and what is asked of it`() async throws {
        try await withTemporaryFolder { folder in
            _ = try TinySweep(in: folder, text: TinySweep.text.replacing("[none, vgg16]", with: "[none]"))
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let at = ["--coordinator", try #require(await coordinator.endpoint)]
            let submitted = try object(try await answer("submit", "tiny.yaml", at[0], at[1], in: folder))
            #expect(submitted["added"] as? Int == 4 && submitted["isPaused"] as? Bool == false)
            let paused = try object(try await answer("pause", "tiny", at[0], at[1], in: folder))
            #expect(paused["runningTasks"] as? Int == 0)
            let worker = try PosweepProcess(["worker", at[0], at[1], "--threads", "1"], in: folder)
            #expect(await worker.says("joined the coordinator"))
            let prioritised = try object(try await answer("prioritise", "tiny", "50", at[0], at[1], in: folder))
            #expect(prioritised["priority"] as? Int == 50)
            #expect(
                try object(try await answer("resume", "tiny", at[0], at[1], in: folder))["sweep"] as? String == "tiny")
            #expect(await coordinator.says("sweep tiny has ended"))
            let status = try object(try await answer("status", at[0], at[1], in: folder))
            #expect(try list(status["sweeps"]).map { $0["priority"] as? Int } == [50])
            #expect(try list(try await answer("workers", at[0], at[1], in: folder)).count == 1)
            let table = try object(try await answer("table", "tiny", "--state", "state", in: folder))
            let trial = try #require(try list(table["trials"]).first?["trial"] as? String)
            _ = try await answer("why", trial, at[0], at[1], in: folder)
            #expect(try object(try await answer("retry", "tiny", at[0], at[1], in: folder))["tasks"] as? Int == 0)
            #expect(
                try list(try await answer("drain", "--all", at[0], at[1], in: folder, documentedAs: "workers")).count
                    == 1)
            #expect(await worker.outcome().status == 0)
            #expect(
                try object(try await answer("cancel", "tiny", at[0], at[1], in: folder))["change"] as? String
                    == "cancelled")
        }
    }

    @Test func `trainings, and the encoders that they make`() async throws {
        try await withTemporaryFolder { folder in
            let training = try TinyTraining(in: folder)
            let trained = try list(try await answer("train", "training.yaml", "--output", "out", in: folder))
            #expect(trained.count == 1)
            let run = try await PosweepProcess.run(["run", training.file.path, "--workers", "1"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let curves = try object(try await answer("curves", "training", in: folder))
            #expect(try list(curves["trials"]).map { ($0["curve"] as? [Any])?.count } == [3])
            let encoders = try list(try await answer("encoders", "training", "--output", "encoders", in: folder))
            let file = try #require(encoders.first?["file"] as? String)
            let inspected = try object(
                try await answer("weights", "inspect", file, in: folder, documentedAs: "weights inspect"))
            #expect((inspected["encoders"] as? [String])?.contains("vgg5") == true)
            let converted = try object(
                try await answer(
                    "weights", "convert", file, "--encoder", "vgg5", "--output", "v.safetensors", in: folder,
                    documentedAs: "weights convert"))
            #expect(converted["encoder"] as? String == "vgg5")
        }
    }

    // MARK: All commands

    /// The commands that rightly have no `--json`, and why.
    static let without: [String: String] = [
        "run": "prints the table at its end, which posweep table --json gives to scripts",
        "coordinator": "serves, and says what happens in log lines",
        "worker": "computes, and says what happens in log lines",
        "compute": "is started by a worker, and speaks over pipes",
        "simulate": "tests the protocol; its exit status says whether every invariant held",
        "keys new": "prints a public key and nothing else",
        "keys show": "prints a public key and nothing else",
        "keys authorize": "its exit status says all; posweep keys list --json shows the outcome",
        "keys revoke": "its exit status says all; posweep keys list --json shows the outcome",
        "help": "is prose",
    ]

    private struct Help: Decodable {
        struct Command: Decodable {
            struct Argument: Decodable {
                struct Name: Decodable { let name: String }
                let names: [Name]?
            }
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?
        }
        let command: Command
    }

    @Test func `no command that lists, reports or changes something lacks it`() async throws {
        let dump = try await PosweepProcess.run(["--experimental-dump-help"])
        let root = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
        var lacking: Set<String> = []
        func visit(_ command: Help.Command, _ path: [String]) {
            let below = command.subcommands ?? []
            let hasIt = (command.arguments ?? []).contains { $0.names?.contains { $0.name == "json" } ?? false }
            // A command with subcommands does nothing itself.
            if below.isEmpty, !hasIt { lacking.insert(path.joined(separator: " ")) }
            for command in below { visit(command, path + [command.commandName]) }
        }
        visit(root, [])
        #expect(lacking.subtracting(Self.without.keys) == [], "give these --json, or say here why not")
        #expect(Set(Self.without.keys).subtracting(lacking) == [], "these are not there any more, or have it")
    }
}
