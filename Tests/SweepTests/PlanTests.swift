import Sweep
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
