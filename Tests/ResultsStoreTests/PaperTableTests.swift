import Coordination
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

/// The sweep files of the paper's tables, beside the paper's figures.
@Suite("The paper's tables")
struct PaperTableTests {
    private static let files = ["table1", "table2-layers", "table3-kernels", "table4-stages", "table5-padding"]
    private static let sweeps = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "sweeps")

    private func definition(_ name: String, overrides: [String] = ["data=synthetic"]) throws -> SweepDefinition {
        let text = try String(contentsOf: Self.sweeps.appending(path: "\(name).yaml"), encoding: .utf8)
        return try SweepDefinition(
            parsing: text, path: "sweeps/\(name).yaml", folder: Self.sweeps.path, overrides: overrides,
            exists: { FileManager.default.fileExists(atPath: $0) })
    }

    /// Each line of the CSV is a figure; its last field is the value.
    private func figures(_ path: String) throws -> [Double] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            try #require(line.split(separator: ",").last.flatMap { Double($0) })
        }
    }

    @Test(arguments: files + ["table6-tasks", "table7-pretrained"])
    func `a sweep file has every figure of its table, in the paper's order`(name: String) throws {
        let definition = try definition(name)
        let file = try #require(definition.reference?.file)
        let sweep = try SubmittedSweep(definition)
        let trials = zip(sweep.trials, sweep.table.trials).map { id, settings in
            TableTrial(id: id, settings: settings, state: .missing)
        }
        let reference = try ReferenceFigures(
            csv: String(contentsOfFile: file, encoding: .utf8), file: file, cite: definition.reference?.cite)
        let table = ResultsTable(name: name, definition: sweep.table, trials: trials, reference: reference)
        let expected = try figures(file)
        #expect(table.comparisons.map(\.cell.reference) == expected)
        // Errors of stripes are on the paper's scale, so that all of them can be judged.
        #expect(table.comparisons.allSatisfy { $0.cell.verdict == .incomplete })
    }

    private static let all = (try? FileManager.default.contentsOfDirectory(atPath: sweeps.path)) ?? []

    @Test(arguments: all.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) })
    func `every sweep file runs without a download`(name: String) throws {
        let definition = try definition(name)
        #expect(definition.name == name)
        #expect(!definition.tasks.isEmpty)
        #expect(definition.contents.isEmpty)
    }

    @Test func `table 6 trains VGG-16 with and without padding, for two tasks`() throws {
        #expect(
            Self.trainings(try definition("table6-tasks"))
                == ["saliency", "segmentation"].flatMap { task in
                    ["none", "zero"].map { "\(task)-vgg16-padding-\($0)" }
                })
        let error = try #require(throws: SweepError.self) { try definition("table6-tasks", overrides: []) }
        #expect(error.description.contains("DUT-OMRON") && error.description.contains("--set data=synthetic"))
    }

    /// What is trained, without seeds and identifiers.
    private static func trainings(_ definition: SweepDefinition) -> [String] {
        definition.trainings.map { String($0.name.split(separator: "-seed-")[0]) }
    }

    @Test func `table 7 trains two encoders first, and probes them beside ImageNet's`() throws {
        let definition = try definition("table7-pretrained")
        #expect(Self.trainings(definition) == ["saliency-vgg16", "segmentation-vgg16"])
        #expect(definition.hiddenTrainings == 2)
        #expect(definition.trials.count == 11)
        #expect(definition.testSets == ["natural", "black", "white", "noise"])
        let error = try #require(throws: SweepError.self) { try self.definition("table7-pretrained", overrides: []) }
        for words in ["vgg16-397923af.pth", "the masks of the 10,553 training images of DUT-S", "PASCAL VOC 2012"] {
            #expect(error.description.contains(words), "\(words)")
        }
    }

    @Test func `the small sweep trains with and without padding, and probes both before and after`() throws {
        let definition = try definition("trained", overrides: [])
        #expect(
            Self.trainings(definition) == ["saliency-vgg5_bn-padding-zero", "saliency-vgg5_bn-padding-none"])
        // Two trainings, and two maps out of two paddings, trained and not.
        #expect(definition.trials.count == 2 + 8)
        #expect(definition.testSets == ["natural", "noise", "drawn"])
    }

    @Test func `the grid of table 1 is three encoder passes for fifteen trials`() throws {
        let definition = try definition("table1")
        #expect(definition.trials.count == 15)
        #expect(definition.tasks.count == 3)
    }

    @Test(arguments: files)
    func `without the paper's images the error says what is missing and what to do`(name: String) throws {
        let error = try #require(throws: SweepError.self) { try definition(name, overrides: []) }
        for words in [
            "10,553 training images of DUT-S", "850 images of PASCAL-S", "vgg16-397923af.pth", "--set data=synthetic",
        ] {
            #expect(error.description.contains(words), "\(words)")
        }
    }
}
