import Sweep
import Testing

@Suite("Axes under a condition")
struct WhenTests {
    @Test func `an axis exists where its condition holds, elsewhere there is the default`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {encoder: [vgg16, resnet50], target: [H, G]}
                when:
                  - if: {encoder: resnet50, target: [G, V]}
                    matrix: {encoder.stages: [[1], [2, 3]], posenet.kernel: [1, 3]}
                """)
        #expect(
            sweep.points(["encoder", "target", "encoder.stages", "posenet.kernel"]) == [
                "vgg16 H all 3", "vgg16 G all 3", "resnet50 H all 3", "resnet50 G [1] 1", "resnet50 G [1] 3",
                "resnet50 G [2, 3] 1", "resnet50 G [2, 3] 3",
            ])
    }

    @Test func `one setting may be an axis under two conditions that do not meet`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {encoder: [vgg16, resnet50]}
                when:
                  - {if: {encoder: vgg16}, matrix: {encoder.stages: [[5]]}}
                  - {if: {encoder: resnet50}, matrix: {encoder.stages: [[4], all]}}
                """)
        #expect(sweep.points(["encoder", "encoder.stages"]) == ["vgg16 [5]", "resnet50 [4]", "resnet50 all"])
    }

    @Test func `a later condition sees the axes of an earlier one`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {target: [H, V]}
                when:
                  - {if: {target: H}, matrix: {posenet.layers: [1, 2]}}
                  - {if: {posenet.layers: 2}, matrix: {posenet.hidden: [8, same]}}
                """)
        #expect(
            sweep.points(["target", "posenet.layers", "posenet.hidden"]) == ["H 1 –", "H 2 8", "H 2 same", "V 1 –"])
    }

    @Test func `exclusions see conditional axes, and their values may be lists`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {target: [H, V, G]}
                when: [{if: {target: H}, matrix: {encoder.stages: [[1], [1, 2], all]}}]
                exclude: [{encoder.stages: [[1], all], target: [H, V]}, {encoder.stages: [1, 2]}]
                """)
        #expect(sweep.points(["target", "encoder.stages"]) == ["G all"])
        #expect(
            sweep.expansion.map(\.description) == [
                "matrix: 3 points", "when {target: H} (line 5): 1 point became 3",
                "exclude {encoder.stages: [[1], all], target: [H, V]} (line 6): 3 points removed",
                "exclude {encoder.stages: [1, 2]} (line 6): 1 point removed",
            ])
    }

    @Test(arguments: [
        (
            "when: [{if: {target: G}, matrix: {posenet.kernel: [1]}}]",
            "5:8: no point matches if: {target: G} — is a value misspelt?"
        ),
        (
            "when: [{if: {target: H}, matrix: {posenet.kernel: [1]}}, {if: {encoder: vgg16}, matrix: {posenet.kernel: [5]}}]",
            "5:58: posenet.kernel is an axis of another entry of when too, and both hold for some points — narrow if: {encoder: vgg16}"
        ),
        ("when: [{if: {target: H}, matrix: {target: [V]}}]", "5:35: target is an axis already — vary it in one place"),
        (
            "when: [{if: {target: H}}]",
            "5:8: when needs the key 'matrix' — for example matrix: {posenet.kernel: [1, 3]}"
        ),
        ("when: [{matrix: {posenet.kernel: [1]}}]", "5:8: when needs the key 'if' — for example if: {encoder: vgg16}"),
        (
            "when: [{fi: {target: H}, matrix: {posenet.kernel: [1]}}]",
            "5:9: unknown key 'fi' in when — did you mean 'if'?"
        ),
        (
            "when: [{if: {targte: H}, matrix: {posenet.kernel: [1]}}]",
            "5:14: unknown key 'targte' in when.if — did you mean 'target'?"
        ),
        (
            "when: [{if: {target: []}, matrix: {posenet.kernel: [1]}}]",
            "5:22: the axis target has no values — give it one, or leave it out"
        ),
        (
            "when: [{if: {target: H}, matrix: {}}]",
            "5:34: when.matrix has no axis — name one, as in target: [H, V], or leave when.matrix out"
        ),
        (
            "when: {if: {target: H}}",
            "5:7: when is a list, as [{if: {encoder: resnet152}, matrix: {encoder.stages: [[1], [2]]}}], not a map"
        ),
        (
            "when: [{if: {target: H}, matrix: {posenet.kernel: {uniform: [1, 5]}}}]",
            "5:51: when.matrix.posenet.kernel is drawn from a distribution — say how often: sample: 50"
        ),
    ])
    func `a mistake in a condition is named with its place`(text: String, said: String) {
        let all = SweepText.mistakes(SweepText.data + "matrix: {target: [H, V]}\n" + text + "\n")
        #expect(all.split(separator: "\n").first.map(String.init) == "sweep.yaml:" + said)
    }

    @Test(.timeLimit(.minutes(1)))
    func `conditions cannot make more trials than a sweep may have`() {
        let many = (1...1_000).map(String.init).joined(separator: ",")
        let text = """
            matrix: {fit.epochs: [\(many)]}
            when: [{if: {target: H}, matrix: {fit.batch: [\(many)], fit.order_seed: [1, 2]}}]
            """
        #expect(SweepText.mistakes(SweepText.data + text).contains("more than 1000000 trials"))
    }
}
