import Foundation
import TestSupport
import Testing

/// What `docs/notebooks.md` says of the CSV's columns, and what its blocks compute.
@Suite("In notebooks", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct NotebookTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The columns in the order of the page, a metric and its count of undefined images standing for those of a sweep.
    private func documentedColumns(metrics: [String]) throws -> [String] {
        let page = try String(contentsOf: Self.root.appending(path: "docs/notebooks.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "| column |").last)
        return table.split(separator: "\n").filter { $0.hasPrefix("| ") }.flatMap { row -> [String] in
            let name = row.split(separator: "|")[0].trimmingCharacters(in: .whitespaces)
            switch name {
            case "METRIC": return metrics.flatMap { [$0, "\($0)_undefined"] }
            case "METRIC`_undefined`": return []
            default: return [name.trimmingCharacters(in: ["`"])]
            }
        }
    }

    private func columns(of sweep: String, _ arguments: String..., in folder: URL) async throws -> [String] {
        let table = try await PosweepProcess.run(["table", sweep, "--format", "csv"] + arguments, in: folder)
        #expect(table.status == 0, "\(table.errors)")
        return table.output.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
    }

    @Test func `the columns are those of the page, in its order`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacing("[none, vgg16]", with: "[none]")
                .replacing("  size: 48", with: "  size: 48\n  rings: 2").replacing(
                    "[SPC, MAE]", with: "[SPC, MAE, rings]")
            #expect(try await TinySweep(in: folder, text: text).run(state: "tiny.state").status == 0)
            let written = try await columns(of: "tiny", in: folder)
            let rings = ["SPC@0-11", "SPC@12-23", "MAE@0-11", "MAE@12-23"]
            #expect(written == (try documentedColumns(metrics: ["SPC", "MAE"] + rings)))
            // Without provenance it ends behind what was skipped.
            let short = try await columns(of: "tiny", "--no-provenance", in: folder)
            #expect(short == Array(written.prefix { $0 != "sweep_file" }))
            let training = try TinyTraining(in: folder)
            let run = try await PosweepProcess.run(["run", training.file.path, "--workers", "1"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let trained = try await columns(of: "training", in: folder)
            #expect(trained == (try documentedColumns(metrics: ["MAE", "Fm", "Fm max"])))
        }
    }

    /// The checks of `notebooks.py`, and how to find out whether there is what each runs in.
    static let checks = [
        "numpy": "python3 -c 'import numpy'",
        "pandas": "python3 -c 'import pandas'",
        "matplotlib": "python3 -c 'import pandas, matplotlib'",
        "duckdb": "python3 -c 'import pandas, duckdb'",
        "r": "python3 -c '' && command -v Rscript",
    ].mapValues { SystemCommand.works("sh", "-c", $0) }

    private func run(_ check: String) async throws {
        try await withTemporaryFolder { folder in
            let log = folder.appending(path: "log")
            try Data().write(to: log)
            do {
                try await SystemCommand.run(
                    [
                        "python3", Self.root.appending(path: "Tests/Documentation/notebooks.py").path, "--program",
                        PosweepProcess.program.path, check,
                    ], output: FileHandle(forWritingTo: log))
            } catch {
                Issue.record(Comment(rawValue: try String(contentsOf: log, encoding: .utf8)))
            }
        }
    }

    @Test(.enabled(if: checks["numpy"] == true, "skipped: there is no numpy"))
    func `maps are arrays of the documented form, and the table's figures are theirs`() async throws {
        try await run("numpy")
    }

    @Test(.enabled(if: checks["pandas"] == true, "skipped: there is no pandas"))
    func `the page's Python computes what its words say`() async throws { try await run("pandas") }

    @Test(.enabled(if: checks["matplotlib"] == true, "skipped: there is no pandas with matplotlib"))
    func `the page's Python draws a truth, its prediction and the error`() async throws { try await run("matplotlib") }

    @Test(.enabled(if: checks["duckdb"] == true, "skipped: there is no pandas with duckdb"))
    func `the page's SQL computes what its words say`() async throws { try await run("duckdb") }

    @Test(.enabled(if: checks["r"] == true, "skipped: there is no R"))
    func `the page's R computes what its words say`() async throws { try await run("r") }
}
