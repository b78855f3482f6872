import Sweep
import Testing

@Suite("Ablations")
struct AblationTests {
    static let text = """
        method: ablation
        baseline: {encoder: vgg16, target: G}
        vary:
          posenet.kernel: [1, 3, 7]
          encoder.padding: [none, reflect]
        pairs: [[posenet.kernel, encoder.padding]]
        drop: {encoder.stages: one}

        """

    @Test func `each axis is varied alone, then pairs, then what is left out`() throws {
        let sweep = try SweepText.parse(afterData: Self.text)
        #expect(
            sweep.points(["target", "posenet.kernel", "encoder.padding", "encoder.stages"]) == [
                "G 3 zero all",
                "G 1 zero all", "G 7 zero all", "G 3 none all", "G 3 reflect all",
                "G 1 none all", "G 1 reflect all", "G 7 none all", "G 7 reflect all",
                "G 3 zero [2, 3, 4, 5]", "G 3 zero [1, 3, 4, 5]", "G 3 zero [1, 2, 4, 5]", "G 3 zero [1, 2, 3, 5]",
                "G 3 zero [1, 2, 3, 4]",
            ])
        #expect(
            sweep.expansion.map(\.description)
                == ["ablation (baseline, 4 alone, 4 in pairs, 5 left out): 14 points"])
        #expect(sweep.layout.rows == ["posenet.kernel", "encoder.padding", "encoder.stages"])
    }

    @Test func `an ablation of 12 axes is 1 point and one for each other value`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                method: ablation
                vary: {posenet.kernel: [1, 7], posenet.layers: [2, 3], fit.batch: [8], fit.epochs: [5, 15, 30]}
                seeds: 5
                """)
        #expect(sweep.trials.count == 5 * (1 + 2 + 2 + 1 + 2))
    }

    @Test func `the matrix crosses an ablation`() throws {
        let sweep = try SweepText.parse(
            afterData: "method: ablation\nmatrix: {target: [H, V]}\nvary: {posenet.kernel: [1]}\n")
        #expect(sweep.points(["target", "posenet.kernel"]) == ["H 3", "H 1", "V 3", "V 1"])
        #expect(sweep.expansion.first?.description == "matrix × ablation (baseline, 1 alone): 4 points")
    }

    @Test func `inclusions start at the baseline, and conditions apply to the arms`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                method: ablation
                baseline: {target: G}
                vary: {posenet.layers: [2]}
                when: [{if: {posenet.layers: 2}, matrix: {posenet.hidden: [4, 8]}}]
                include: [{posenet.kernel: 7}]
                """)
        #expect(
            sweep.points(["target", "posenet.layers", "posenet.hidden", "posenet.kernel"])
                == ["G 1 – 3", "G 2 4 3", "G 2 8 3", "G 1 – 7"])
    }

    @Test func `what is left out of a list that is written is one of its elements`() throws {
        let sweep = try SweepText.parse(
            afterData: "method: ablation\nbaseline: {fit.decay_at: [5]}\ndrop: {fit.decay_at: one}\n")
        #expect(sweep.points(["fit.decay_at"]) == ["[5]", "[]"])
    }

    @Test(arguments: [
        ("method: ablation", "4:9: method: ablation needs the key 'vary' — for example vary: {posenet.kernel: [1, 7]}"),
        ("vary: {posenet.kernel: [1]}", "4:7: vary belongs to an ablation — write method: ablation, or take it away"),
        ("method: ablaton", "4:9: unknown value 'ablaton' of method — did you mean 'ablation'?"),
        (
            "method: ablation\nvary: {posenet.kernel: [1]}\nsample: 5",
            "6:9: an ablation tries all its arms — take sample or method: ablation away"
        ),
        (
            "method: ablation\nvary: {posenet.kernel: [1]}\npairs: [[posenet.kernel, target]]",
            "6:26: unknown value 'target' of pairs — only 'posenet.kernel' is known"
        ),
        (
            "method: ablation\nvary: {posenet.kernel: [1]}\npairs: [[posenet.kernel, posenet.kernel]]",
            "6:9: [posenet.kernel, posenet.kernel] is no pair — name two different settings of vary"
        ),
        (
            "method: ablation\nvary: {target: [V], posenet.kernel: [1]}\npairs: [[posenet.kernel, target], [target, posenet.kernel]]",
            "6:35: [target, posenet.kernel] stands twice in pairs — keep one"
        ),
        (
            "method: ablation\nmatrix: {target: [H, V]}\nvary: {target: [G]}",
            "6:8: target is an axis already — vary it in one place"
        ),
        (
            "method: ablation\nmatrix: {target: [H, V]}\nbaseline: {target: G}\nvary: {posenet.kernel: [1]}",
            "6:12: target is an axis already — vary it in one place"
        ),
        (
            "method: ablation\ndrop: {posenet.kernel: one}",
            "5:8: posenet.kernel is no list, so no element of it can be left out"
        ),
        (
            "method: ablation\nbaseline: {encoder.stages: [3]}\ndrop: {encoder.stages: one}",
            "6:8: the baseline's encoder.stages has no element that could be left out"
        ),
        (
            "method: ablation\nmatrix: {encoder: [vgg16, resnet50]}\ndrop: {encoder.stages: one}",
            "6:8: which encoder.stages there are depends on the encoder, which is an axis — write the list out under baseline"
        ),
        (
            "method: ablation\ndrop: {encoder.stages: two}",
            "5:24: unknown value 'two' of drop.encoder.stages — only 'one' is known"
        ),
        ("method: ablation\nbaseline: H\nvary: {posenet.kernel: [1]}", "5:11: baseline is a map of settings, not 'H'"),
    ])
    func `a mistake in an ablation is named with its place`(text: String, said: String) {
        let all = SweepText.mistakes(SweepText.data + text + "\n")
        #expect(all.split(separator: "\n").first.map(String.init) == "sweep.yaml:" + said)
    }
}
