import Foundation
import TestSupport
import Testing

/// A report says what to type for the same again, and whoever types it has the same again.
@Suite("The command to repeat a sweep", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct RepeatedSweepTests {
    private static let text = TinySweep.text.replacing("[none, vgg16]", with: "[none]")
        .replacing("count: 3,", with: "count: \"${LEAVES:-3}\",")
    private static let leaves = "2"

    /// The lines of a report's last section, as a browser would copy them.
    private func commands(in report: URL) throws -> [String] {
        let html = try String(contentsOf: report, encoding: .utf8)
        let section = try #require(html.components(separatedBy: "<h2>The same again</h2>").last)
        let block = try #require(section.firstMatch(of: /<pre>((?s:.*?))<\/pre>/)).1
        let entities = ["&#39;": "'", "&quot;": "\"", "&lt;": "<", "&gt;": ">", "&amp;": "&"]
        let text = ["&#39;", "&quot;", "&lt;", "&gt;", "&amp;"].reduce(String(block)) { text, entity in
            // Literally: to Swift a semicolon under an accent is another character.
            text.replacingOccurrences(of: entity, with: entities[entity] ?? "", options: .literal)
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// Types a command into a shell in which `posweep` is the program under test.
    private func type(_ command: String, in folder: URL) async throws {
        let path = PosweepProcess.program.deletingLastPathComponent().path
        try await SystemCommand.run(["env", "-C", folder.path, "bash", "-c", "PATH='\(path)':$PATH; \(command)"])
    }

    @Test(arguments: [
        "tiny.yaml", "-tiny.yaml", "it's $(touch run-by-the-shell) \"tiny\" `touch run-by-the-shell`; #.yaml",
        "quote'\u{301}$(touch run-by-the-shell).yaml", "\u{1B}[31m\n\u{9B}2J\\'tiny.yaml",
    ])
    func `typed into a shell, it makes the same results, whatever the file is called`(name: String) async throws {
        try await withTemporaryFolder { folder in
            try Data(Self.text.utf8).write(to: folder.appending(path: name))
            let options = ["--workers", "1", "--set", "fit.epochs=2", "--set", "fit.batch=8", "--set", "fit.epochs=1"]
            let run = try await PosweepProcess.run(
                ["run"] + options + ["--", name], in: folder, environment: ["LEAVES": Self.leaves])
            #expect(run.status == 0, "\(run.errors)")
            func results() async throws -> String {
                try await PosweepProcess.run(
                    ["table", "--state", "tiny.state", "--format", "csv", "--no-provenance"], in: folder
                ).output
            }
            let first = try await results()
            #expect(first.contains(",natural,\(Self.leaves),"))
            _ = try await PosweepProcess.run(["report", "tiny", "--output", "report.html"], in: folder)
            let commands = try commands(in: folder.appending(path: "report.html"))
            #expect(commands.count == 2, "nothing in a name breaks a line")
            try FileManager.default.removeItem(at: folder.appending(path: "tiny.state"))
            try FileManager.default.removeItem(at: folder.appending(path: "report.html"))
            for command in commands { try await type(command, in: folder) }
            #expect(try await results() == first)
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: "report.html").path))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains("run-by-the-shell"))
        }
    }

    @Test func `a sweep that was submitted to a coordinator says it too`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: Self.text)
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            _ = try await PosweepProcess.run(
                ["submit", sweep.file.path, "--set", "fit.epochs=1", "--coordinator", endpoint], in: folder,
                environment: ["LEAVES": Self.leaves])
            let report = try await PosweepProcess.run(["report", "tiny", "--state", "state"], in: folder)
            #expect(report.status == 0, "\(report.errors)")
            let commands = try commands(in: folder.appending(path: "report.html"))
            #expect(commands.first == "LEAVES=2 posweep run \(sweep.file.path) --set fit.epochs=1")
        }
    }
}
