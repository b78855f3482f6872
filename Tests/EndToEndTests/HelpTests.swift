import Foundation
import TestSupport
import Testing

/// What the program says of itself, and the pages that are made of it.
@Suite("Help", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct HelpTests {
    /// A command as `--experimental-dump-help` describes it.
    private struct Command: Decodable {
        struct Argument: Decodable {
            let abstract: String?
            let shouldDisplay: Bool
            let valueName: String
        }

        let commandName: String
        let superCommands: [String]?
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
        let shouldDisplay: Bool

        /// Itself and those below it, without what is hidden.
        var shown: [Command] {
            guard shouldDisplay, commandName != "help" else { return [] }
            return [self] + (subcommands ?? []).flatMap(\.shown)
        }

        /// The words behind the program's name that call it.
        var words: [String] { superCommands.map { $0.dropFirst() + [commandName] } ?? [] }
    }

    private struct Dump: Decodable {
        let command: Command
    }

    private static func commands() async throws -> [Command] {
        let dump = try await PosweepProcess.run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command.shown
    }

    @Test func `every command says what it does and shows an example, and every option says what it does`() async throws
    {
        let commands = try await Self.commands()
        #expect(commands.count > 35)
        for command in commands {
            let name = command.words.joined(separator: " ")
            #expect(command.abstract?.hasSuffix(".") == true, "\(name)")
            #expect(command.discussion?.contains("\n  posweep \(name)") == true, "\(name) shows no example")
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                #expect(argument.abstract?.hasSuffix(".") == true, "\(name): \(argument.valueName)")
            }
        }
    }

    @Test func `help reads well in 80 columns`() async throws {
        for command in try await Self.commands() {
            let help = try await PosweepProcess.run(command.words + ["--help"], environment: ["COLUMNS": "80"])
            #expect(help.status == 0)
            for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            // An example that is broken in two is none.
            for line in command.discussion?.split(separator: "\n") ?? [] where line.hasPrefix("  ") {
                #expect(help.output.contains("\n\(line)\n"), "\(line) is too long")
            }
        }
    }

    @Test(arguments: [[], ["run"]])
    func `help looks so`(command: [String]) async throws {
        let help = try await PosweepProcess.run(command + ["--help"], environment: ["COLUMNS": "80"])
        try expectGolden(help.output, (["help"] + command).joined(separator: "-") + ".txt")
    }

    @Test func `a mistake is answered with the usage, in no more columns`() async throws {
        let mistake = try await PosweepProcess.run(["run"], environment: ["COLUMNS": "60"])
        #expect(mistake.status == 64)
        #expect(mistake.output.isEmpty)
        #expect(mistake.errors.contains("Usage: posweep run <sweep>"))
        #expect(mistake.errors.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/commands.py").standardizedFileURL.path

    @Test(.enabled("needs python3") { SystemCommand.works("python3", "--version") })
    func `docs/commands.md is what the program says`() async throws {
        let page = try await PosweepProcess.run([], under: ["python3", Self.script])
        #expect(page.status == 0, "\(page.errors)")
        let committed = try String(contentsOfFile: Self.script.replacing(".py", with: ".md"), encoding: .utf8)
        #expect(
            page.output == committed,
            "write it again: python3 docs/commands.py .build/debug/posweep > docs/commands.md")
    }

    @Test(
        .enabled("needs python3 and groff") {
            SystemCommand.works("python3", "--version") && SystemCommand.works("groff", "--version")
        })
    func `each command has a manual page, in which the typesetter finds no fault`() async throws {
        let commands = try await Self.commands()
        try await withTemporaryFolder { folder in
            let made = try await PosweepProcess.run(["--man", folder.path], under: ["python3", Self.script])
            #expect(made.status == 0, "\(made.errors)")
            let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(pages) == Set(commands.map { (["posweep"] + $0.words).joined(separator: "-") + ".1" }))
            for page in pages {
                let file = folder.appending(path: page).path
                let checked = try await PosweepProcess.run(
                    [], under: ["sh", "-c", #"groff -man -Tutf8 -K utf8 -P -cbou -ww "$0""#, file])
                #expect(checked.status == 0 && checked.errors.isEmpty, "\(page): \(checked.errors)")
                #expect(checked.output.contains("DESCRIPTION"))
            }
        }
    }
}
