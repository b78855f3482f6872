import Experiments
import Sweep
import Testing

@Suite("A sweep on synthetic data")
struct SyntheticDataTests {
    static let text = """
        name: table1
        data:
          size: 64
          train: {folder: DUTS, about: photographs, limit: 5000}
          test:
            natural: {folder: PASCAL-S}
            black: {constant: 0}
            noise: {noise: uniform, count: 100, seed: 7}
            others: {folder: ECSSD, limit: 3}
        weights: {vgg16: vgg16.pth}
        encoder: {normalise: imagenet}

        """

    @Test func `folders become leaves, drawn sets stay, weights are drawn`() throws {
        let sweep = try SweepText.parse(Self.text, overrides: ["data=synthetic"])
        #expect(sweep.data?.train == .leaves(count: 80, seed: 1))
        #expect(sweep.testSets == ["natural", "black", "noise", "others"])
        #expect(
            sweep.data?.test.map(\.source) == [
                .leaves(count: 24, seed: 2), .constant(0), .noise(.uniform, count: 100, seed: 7),
                .leaves(count: 24, seed: 3),
            ])
        #expect(sweep.trials.map(\.weights) == [nil])
        #expect(sweep.data?.size == 64)
    }

    @Test func `no two test sets have the same leaves`() throws {
        let text = """
            data:
              train: {folder: a}
              test: {b: {folder: b}, drawn: {synthetic: leaves, count: 8, seed: 2}, c: {folder: c}}
            """
        let sweep = try SweepText.parse(text, overrides: ["data=synthetic"])
        #expect(
            sweep.data?.test.map(\.source)
                == [.leaves(count: 24, seed: 3), .leaves(count: 8, seed: 2), .leaves(count: 24, seed: 4)])
    }

    @Test func `other overrides come after it, wherever they stand`() throws {
        let sweep = try SweepText.parse(
            Self.text, overrides: ["data.train.count=16", "data.test.others.seed=9", "data=synthetic", "fit.epochs=2"])
        #expect(sweep.data?.train == .leaves(count: 16, seed: 1))
        #expect(sweep.data?.test[3].source == .leaves(count: 24, seed: 9))
        #expect(sweep.trials.map(\.settings.fit.epochs) == [2])
    }

    @Test func `the limit holds for every set of every kind, and for what is synthetic`() throws {
        let sweep = try SweepText.parse(Self.text, overrides: ["data.limit=10", "data=synthetic"])
        #expect(sweep.data?.train == .leaves(count: 10, seed: 1))
        #expect(
            sweep.data?.test.map(\.source) == [
                .leaves(count: 10, seed: 2), .constant(0), .noise(.uniform, count: 10, seed: 7),
                .leaves(count: 10, seed: 3),
            ])
        let folders = """
            data: {train: {folder: /there/a}, test: {b: {folder: /there/b, limit: 3}, c: {folder: /there/c, limit: 30}}}
            """
        let limited = try SweepText.parse(folders, overrides: ["data.limit=10"])
        #expect(limited.data?.train == .folder(path: "/there/a", limit: 10))
        #expect(
            limited.data?.test.map(\.source)
                == [.folder(path: "/there/b", limit: 3), .folder(path: "/there/c", limit: 10)])
    }

    @Test func `without it a missing folder is an error that says what to do`() {
        let said = SweepText.mistakes(Self.text).split(separator: "\n")
        #expect(
            said.first == """
                sweep.yaml:4:19: data.train.folder: there is no /sweeps/DUTS, which should hold photographs — put them \
                there, name another folder, or run on synthetic data: --set data=synthetic
                """)
        #expect(said.count == 4)
    }

    @Test func `what is wrong with the rest of the file is still said`() {
        let text = "data: {train: [1], test: 3}\nweights: 4\n"
        #expect(
            SweepText.mistakes(text, overrides: ["data=synthetic"]).split(separator: "\n").count == 2)
        #expect(SweepText.mistakes("data: 3", overrides: ["data=synthetic"]).contains("data is a map"))
        #expect(!SweepText.mistakes("", overrides: ["data=synthetic"]).isEmpty)
    }

    @Test func `rings are metrics of the table`() throws {
        let text = "data: {size: 64, rings: 2, train: {synthetic: leaves, count: 8}, test: {grey: {constant: 0.5}}}\n"
        func metrics(_ written: String) throws -> [String] {
            try SweepText.parse(text + "table: {metrics: \(written)}\n").layout.metrics
        }
        let onRings = try metrics("[SPC, rings]")
        #expect(onRings.prefix(5) == ["SPC", "SPC@0-15", "SPC@16-31", "MAE@0-15", "MAE@16-31"])
        #expect(onRings.count == 1 + 2 * PositionMetrics.names.count)
        #expect(try metrics("[MAE@16-31, SPC]") == ["MAE@16-31", "SPC"])
        #expect(try SweepText.parse(text).layout.metrics == PositionMetrics.names)
    }
}
