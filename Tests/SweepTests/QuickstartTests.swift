import Experiments
import Foundation
import Sweep
import TestSupport
import Testing

@Suite("The sweeps that come with posweep")
struct QuickstartTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "sweeps")

    private func quickstart(_ overrides: [String] = []) throws -> SweepDefinition {
        let file = Self.folder.appending(path: "quickstart.yaml")
        return try SweepDefinition(
            parsing: String(contentsOf: file, encoding: .utf8), path: "sweeps/quickstart.yaml",
            folder: Self.folder.path, overrides: overrides,
            exists: { FileManager.default.fileExists(atPath: $0) })
    }

    @Test func `the quickstart is five targets for three encoders`() throws {
        let sweep = try quickstart()
        let targets = ["H", "V", "G", "HS", "VS"]
        #expect(
            sweep.points(["encoder", "encoder.padding", "target"])
                == ["vgg16 zero", "vgg16 none", "none –"].flatMap { encoder in targets.map { "\(encoder) \($0)" } })
        #expect(sweep.positionTasks.map(\.trials.count) == [5, 5, 5])
        #expect(sweep.testSets == ["natural", "black", "white", "noise"])
        #expect(sweep.trials.allSatisfy { $0.settings.encoder.normalise == .imagenet })
        #expect(sweep.trials.allSatisfy { $0.settings.fit.batch == 8 && $0.settings.fit.decayAt == [10] })
        #expect(sweep.layout.rows == ["encoder", "encoder.padding", "target"])
    }

    @Test func `the quickstart's plan says what would run`() throws {
        let plan = SweepPlan(try quickstart())
        #expect(plan.passes.map(\.images) == [114, 114, 114])
        #expect(plan.warnings.isEmpty)
        try expectGolden(plan.lines.joined(separator: "\n") + "\n", "quickstart-plan.txt")
    }

    /// Characters that mean something in YAML, and some that mean trouble.
    static let damage = Array("{}[]:,-?&*!|>'\"%@` #\n\t\r~\0\u{1B}\u{85}\u{202E}\u{FEFF}é\u{1F600}9$".unicodeScalars)

    @Test(arguments: 0..<40)
    func `damaged files are read or refused with places`(seed: UInt64) throws {
        let quickstart = try String(contentsOf: Self.folder.appending(path: "quickstart.yaml"), encoding: .utf8)
        let searches = [SampleTests.text + "sample: 5\n", AblationTests.text].map { SweepText.data + $0 }
        let sounds = [quickstart, PlanTests.everything] + searches
        let sound = sounds[Int(seed) % sounds.count]
        #expect(seed >= 4 || SweepText.mistakes(sound) == "")
        var state = seed &* 2 &+ 1
        func draw(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<10 {
            var scalars = Array(sound.unicodeScalars)
            for _ in 0...draw(below: 4) {
                scalars[draw(below: scalars.count)] = Self.damage[draw(below: Self.damage.count)]
            }
            if draw(below: 4) == 0 { scalars.removeLast(draw(below: scalars.count)) }
            let said = SweepText.mistakes(String(String.UnicodeScalarView(scalars)))
            #expect(said.split(separator: "\n").allSatisfy { $0.hasPrefix("sweep.yaml:") }, "\(said)")
        }
    }

    @Test func `the digest is the file's SHA-256`() throws {
        let sweep = try SweepText.parse(SweepText.data)
        // Of coreutils' sha256sum.
        #expect(sweep.textDigest == "c2da2bb80cccb0dcabce23e416ecb0fe75940118faadd622f23ade73019410b7")
    }

    @Test(arguments: [
        ("1", 120), ("2", 36), ("3", 36), ("4", 24), ("5", 30), ("6", 14), ("7", 72), ("untrained", 40),
    ])
    func `the paper's tables have all their figures`(table: String, figures: Int) throws {
        let name = table == "untrained" ? table : "table\(table)"
        let file = Self.folder.appending(path: "paper/\(name).csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == figures + 1)
        let fields = lines[0].split(separator: ",")
        #expect(fields.first == "table" && fields.suffix(3) == ["test", "metric", "value"])
        for line in lines.dropFirst() {
            let values = line.split(separator: ",", omittingEmptySubsequences: false)
            // Table 6 has two parts, 6a and 6b.
            #expect(
                values.count == fields.count && values[0].hasPrefix(table) && Double(values[fields.count - 1]) != nil)
        }
    }
}
