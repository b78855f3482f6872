import Experiments
import Sweep
import Testing

@Suite("Expanding a sweep")
struct ExpansionTests {
    @Test func `the grid comes first, then the inclusions, and seeds stand together`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {encoder: [vgg16, none], target: [H, V]}
                exclude: [{encoder: none, target: V}]
                include: [{encoder: vgg16, target: HS}]
                seeds: [5, 3]
                """)
        #expect(
            sweep.points(["encoder", "target", "seed"]) == [
                "vgg16 H 5", "vgg16 H 3", "vgg16 V 5", "vgg16 V 3", "none H 5", "none H 3", "vgg16 HS 5", "vgg16 HS 3",
            ])
    }

    @Test func `exclusions do not touch inclusions`() throws {
        let sweep = try SweepText.parse(
            afterData: "matrix: {target: [H, V]}\nexclude: [{target: V}]\ninclude: [{target: V}]\n")
        #expect(sweep.points() == ["vgg16 H", "vgg16 V"])
    }

    @Test func `inclusions start at the defaults`() throws {
        let sweep = try SweepText.parse(
            afterData: "target: G\nmatrix: {encoder: [none]}\ninclude: [{encoder.padding: none}]\n")
        #expect(sweep.points(["encoder", "encoder.padding", "target"]) == ["none – G", "vgg16 none G"])
    }

    @Test func `an override writes over an axis, and what becomes equal is one trial`() throws {
        let text = "matrix: {fit.epochs: [1, 2], target: [H, V]}\n"
        let sweep = try SweepText.parse(afterData: text, overrides: ["fit.epochs=3"])
        #expect(sweep.points(["fit.epochs", "target"]) == ["3 H", "3 V"])
    }

    @Test func `exclusions see what the file says and not the overrides`() throws {
        let text = "matrix: {target: [H, V]}\nexclude: [{target: V}]\n"
        let sweep = try SweepText.parse(afterData: text, overrides: ["target=V"])
        #expect(sweep.points() == ["vgg16 V"])
    }

    @Test func `overrides reach data, seeds and lists, and the later one holds`() throws {
        let sweep = try SweepText.parse(
            SweepText.data,
            overrides: [
                "data.train.count=3", "data.size=64", "data.test.white.constant=1", "seeds=2", "fit.decay_at=[1, 2]",
                "name=x", "fit.epochs=4", "fit.epochs=5",
            ])
        #expect(sweep.data?.train == .leaves(count: 3, seed: 1))
        #expect(sweep.data?.size == 64)
        #expect(sweep.testSets == ["black", "white"])
        #expect(sweep.name == "x")
        #expect(sweep.points(["fit.decay_at", "fit.epochs", "seed"]) == ["[1, 2] 5 1", "[1, 2] 5 2"])
    }

    @Test func `an override of an axis takes the place of its values`() throws {
        let text = "matrix: {encoder.padding: [zero, none], target: [H, V]}\n"
        let sweep = try SweepText.parse(
            afterData: text, overrides: ["matrix.encoder.padding=[none]", "matrix.posenet.kernel=[1, 7]"])
        #expect(
            sweep.points(["encoder.padding", "target", "posenet.kernel"])
                == ["none H 1", "none H 7", "none V 1", "none V 7"])
    }

    @Test func `settings of a section are the defaults of every trial`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                encoder: {name: vgg16, padding: none, normalise: imagenet, seed: 4, stages: [1, 5]}
                stripes: signed
                target: VS
                posenet: {layers: 1, kernel: 7, padding: 2, hidden: same}
                fit: {epochs: 2, batch: 4, optimizer: sgd, learning_rate: 0.2, decay_at: [], momentum: 0.5,
                      weight_decay: 0, order_seed: 9}
                """)
        var expected = TrialSettings()
        expected.encoder.padding = .none
        expected.encoder.normalise = .imagenet
        expected.encoder.seed = 4
        expected.encoder.stages = [1, 5]
        (expected.stripes, expected.target) = (.signed, .verticalStripes)
        (expected.posenet.kernel, expected.posenet.padding) = (7, 2)
        (expected.fit.epochs, expected.fit.batch, expected.fit.learningRate, expected.fit.decayAt) = (2, 4, 0.2, [])
        (expected.fit.momentum, expected.fit.weightDecay, expected.fit.orderSeed) = (0.5, 0, 9)
        #expect(sweep.trials.map(\.settings) == [expected])
    }

    @Test func `a file without a layout has its axes as rows`() throws {
        let sweep = try SweepText.parse(afterData: "matrix: {posenet.kernel: [1, 3], target: [H]}\n")
        #expect(sweep.layout.rows == ["posenet.kernel", "target"])
        #expect(sweep.layout.columns == ["test"])
        #expect(sweep.layout.metrics == PositionMetrics.names)
    }

    @Test func `the raw image has no padding, seed, stages or weights`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                weights: {vgg16: /there/vgg16.safetensors}
                matrix: {encoder: [none, vgg16], encoder.padding: [zero, none], encoder.stages: [[1], [1, 2]]}
                """)
        #expect(
            sweep.points(["encoder", "encoder.padding", "encoder.seed", "encoder.stages"]) == [
                "none – – –", "vgg16 zero – [1]", "vgg16 zero – [1, 2]", "vgg16 none – [1]", "vgg16 none – [1, 2]",
            ])
        #expect(sweep.trials.map(\.weights) == [nil] + [String?](repeating: "/there/vgg16.safetensors", count: 4))
        #expect(sweep.trials[0].settings.encoder.stages.isEmpty)
    }

    @Test func `the stripes' scale matters to stripes alone`() throws {
        let sweep = try SweepText.parse(afterData: "matrix: {target: [H, HS], stripes: [unit, signed]}\n")
        #expect(sweep.points(["target", "stripes"]) == ["H –", "HS unit", "HS signed"])
    }
}
