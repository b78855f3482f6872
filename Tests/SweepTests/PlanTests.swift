import Sweep
import TestSupport
import Testing

@Suite("The plan of a sweep")
struct PlanTests {
    private func warnings(_ data: String, _ rest: String = "") throws -> [SweepWarning] {
        SweepPlan(try SweepText.parse("data: {\(data)}\n\(rest)")).warnings
    }

    @Test func `fewer training images than a batch are warned of`() throws {
        let black = "test: {grey: {constant: 0.5}}"
        #expect(try warnings("train: {synthetic: leaves, count: 31}, \(black)") == [.fewTrainingImages(31, batch: 32)])
        #expect(
            try warnings("train: {folder: /there, limit: 5}, \(black)") == [.fewTrainingImages(5, batch: 32)])
        #expect(try warnings("train: {synthetic: leaves, count: 32}, \(black)").isEmpty)
        #expect(try warnings("train: {folder: /there}, \(black)").isEmpty)
        #expect(try warnings("train: {synthetic: leaves, count: 8}, \(black)", "fit: {batch: 8}").isEmpty)
    }

    @Test(arguments: [
        ("folder: /there/a", "folder: /there/a/, limit: 3", true),
        ("folder: /there/a", "folder: /there/b", false),
        ("synthetic: leaves, count: 40, seed: 2", "synthetic: leaves, count: 8, seed: 2", true),
        ("synthetic: leaves, count: 40", "synthetic: leaves, count: 40, seed: 2", false),
        ("noise: uniform, count: 40", "noise: uniform, count: 4", true),
        ("noise: uniform, count: 40", "noise: authors, count: 40", false),
    ])
    func `testing on training images is warned of`(train: String, test: String, isShared: Bool) throws {
        let warnings = try warnings("train: {\(train)}, test: {natural: {\(test)}}")
        #expect(warnings == (isShared ? [.testsOnTrainingImages(testSet: "natural")] : []))
    }

    @Test(arguments: [
        ("", true), ("encoder: {normalise: imagenet}", false), ("encoder: none", false),
        ("weights: {vgg16: /there/vgg16.safetensors}", false), ("matrix: {encoder.normalise: [none, imagenet]}", true),
    ])
    func `a black image for a seeded encoder is warned of unless it is normalised`(rest: String, isWarned: Bool) throws
    {
        let warnings = try warnings("train: {folder: /there}, test: {dark: {constant: 0}, light: {constant: 1}}", rest)
        #expect(warnings == (isWarned ? [.blackToSeededEncoder(testSet: "dark")] : []))
    }

    /// A file in which every part of the language does something.
    static let everything = """
        name: everything
        data:
          train: {synthetic: leaves, count: 80, seed: 1}
          test: {natural: {synthetic: leaves, count: 24, seed: 2}}
        encoder: {normalise: imagenet}
        matrix: {encoder: [none, vgg16, resnet50], target: [H, G]}
        zip:
          readout: {posenet.layers: [1, 2], posenet.hidden: [same, 64]}
        when:
          - if: {encoder: resnet50, posenet.layers: 1}
            matrix: {encoder.stages: [[1], [2], [3], [4], all]}
        exclude:
          - {encoder: none, posenet.layers: 2}
          - {encoder: [none, vgg16], target: G}
        include: [{target: V, posenet.kernel: 7}]
        seeds: 3

        """

    @Test func `a plan says what every rule did and which passes are saved`() throws {
        let plan = SweepPlan(try SweepText.parse(Self.everything))
        try expectGolden(plan.lines.joined(separator: "\n") + "\n", "everything-plan.txt")
    }

    @Test func `a plan for many workers says how often a pass is made`() throws {
        let sweep = try SweepText.parse(Self.everything, overrides: ["fit.epochs=200"], workers: 12)
        let plan = SweepPlan(sweep)
        #expect(plan.trials == SweepPlan(try SweepText.parse(Self.everything)).trials)
        #expect(plan.passes.map(\.tasks).reduce(0, +) == plan.tasks)
        try expectGolden(plan.lines.joined(separator: "\n") + "\n", "everything-plan-12.txt")
    }

    @Test func `an ablation's plan counts its arms`() throws {
        let text = """
            data: {train: {synthetic: leaves, count: 80}, test: {grey: {constant: 0.5}}}
            method: ablation
            baseline: {encoder.stages: [1, 2, 3, 4, 5]}
            vary: {posenet.kernel: [1, 3, 7], posenet.padding: [1, 2]}
            pairs: [[posenet.kernel, posenet.padding]]
            drop: {encoder.stages: one}
            """
        #expect(
            SweepPlan(try SweepText.parse(text)).lines.prefix(3) == [
                "sweep: 14 trials in 1 task",
                "  ablation (baseline, 4 alone, 4 in pairs, 5 left out): 14 points",
                "1 encoder pass over the images, not 14 (one a trial) or 210 (one an epoch)",
            ])
    }

    @Test func `warnings end the plan and say what to do`() throws {
        let plan = SweepPlan(try SweepText.parse(SweepText.data))
        #expect(
            plan.lines.suffix(2) == [
                "warning: data.train has 8 images and fit.batch is 32, so an epoch is one step — use more images or a "
                    + "smaller batch",
                "warning: data.test.black is zero to a seeded encoder, which then has no features — write encoder: "
                    + "{normalise: imagenet}",
            ])
    }
}
