import Foundation
import TestSupport
import Testing

/// The completion scripts in the shells that they are for.
@Suite("Completion", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct CompletionTests {
    /// What a shell offers behind what was typed, in a folder with sweep files and a state folder.
    ///
    /// The shell's command is followed by what was typed. It finds the completion script in the folder where it is started.
    private func offers(_ typed: String, _ shell: [String], script name: String) async throws -> [String] {
        try await withTemporaryFolder { folder in
            for name in ["sweeps", "table1.state", "other.state"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name), withIntermediateDirectories: false)
            }
            for name in ["table1.yaml", "notes.txt", "sweeps/one.yaml", "sweeps/two.yml", "sweeps/figures.csv"] {
                try Data().write(to: folder.appending(path: name))
            }
            let made = try await PosweepProcess.run(["--generate-completion-script", shell[0]])
            #expect(made.status == 0)
            try Data(made.output.utf8).write(to: folder.appending(path: name))
            // The program's own path comes last, and is not needed: the shell finds it by its name.
            let outcome = try await PosweepProcess.run(
                [], in: folder,
                environment: ["PATH": PosweepProcess.program.deletingLastPathComponent().path + ":/usr/bin:/bin"],
                under: shell + [typed])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            return outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.sorted()
        }
    }

    /// What is typed, and what has to be offered.
    private static let lines: [(String, [String])] = [
        ("posweep ru", ["run"]), ("posweep keys re", ["revoke"]),
        ("posweep run sweeps/", ["sweeps/one.yaml", "sweeps/two.yml"]),
        ("posweep table t", ["table1"]), ("posweep table --format j", ["json"]),
        ("posweep features --encoder resnet1", ["resnet101", "resnet152"]),
        ("posweep worker --whe", ["--when"]), ("posweep worker --when i", ["idle"]),
        ("posweep train sweeps/o", ["sweeps/one.yaml"]),
        ("posweep table --metric S", ["SPC"]),
    ]

    /// As bash does it when Tab is pressed at the end of the line.
    private static let bash = #"""
        source ./posweep.bash
        read -ra COMP_WORDS <<<"$0"
        COMP_LINE=$0 COMP_POINT=${#0} COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_TYPE=9
        _posweep posweep "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
        printf '%s\n' "${COMPREPLY[@]}"
        """#

    @Test(.enabled("needs bash") { SystemCommand.works("bash", "--version") }, arguments: lines)
    func `bash offers what fits`(typed: String, expected: [String]) async throws {
        #expect(try await offers(typed, ["bash", "--norc", "-c", Self.bash], script: "posweep.bash") == expected)
    }

    /// fish 3 completes what the program is asked for, as the names of sweeps, only where a person types.
    private static let fish = #"""
        source ./posweep.fish
        complete --do-complete $argv[1] | string replace --regex '\t.*' ''
        true
        """#

    @Test(
        .enabled("needs fish") { SystemCommand.works("fish", "--version") },
        arguments: lines.filter { $0.0 != "posweep table t" })
    func `fish offers what fits`(typed: String, expected: [String]) async throws {
        #expect(try await offers(typed, ["fish", "--no-config", "-c", Self.fish], script: "posweep.fish") == expected)
    }

    /// Presses Tab at the end of a line in a zsh of its own, and prints what the line has become.
    private static let zsh = #"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'unset zle_bracketed_paste; PS1= PS2=; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D
        bindkey -e; echo RE""ADY'
        zpty -r shell line '*READY*'
        # Before the line a quotation begins, and behind it one ends, so that it is printed and not run.
        zpty -w -n shell "$0"$'\t\C-a'"print -r -- '<"$'\C-e'">'"$'\n'
        zpty -r shell line $'*\n<*>*'
        print -r -- "${${line##*$'\n<'}%%>*}"
        zpty -d shell
        """#

    @Test(
        .enabled("needs zsh") { SystemCommand.works("zsh", "--version") },
        arguments: lines.filter { $0.1.count == 1 })
    func `zsh offers what fits`(typed: String, expected: [String]) async throws {
        let line = try await offers(typed, ["zsh", "-f", "-c", Self.zsh], script: "_posweep")
        #expect(line == [(typed.split(separator: " ").dropLast() + expected.map { $0[...] }).joined(separator: " ")])
    }
}
