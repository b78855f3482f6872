import Experiments
import Sweep
import Testing

@Suite("Sweeps that probe what they train")
struct TrainedEncoderTests {
    private static let data =
        SweepText.data + """
            training:
              data:
                size: 96
                train: {synthetic: scenes, count: 60}
                test: {new: {synthetic: scenes, count: 20, seed: 2}}
              epochs: 4

            """

    private func parse(_ text: String, _ overrides: String...) throws -> SweepDefinition {
        try SweepText.parse(Self.data + text, overrides: overrides)
    }

    /// The trials of a kind, by their identifiers.
    private func identifiers(_ sweep: SweepDefinition, _ experiment: ExperimentKind) -> [String] {
        sweep.trials.filter { $0.settings.experiment == experiment }.map(\.id)
    }

    @Test func `a training that the grid does not have is added, one for each seed, and the table leaves it out`()
        throws
    {
        let sweep = try parse("encoder: {name: vgg5, from: saliency}\nmatrix: {target: [H, V]}\nseeds: 2\n")
        #expect(
            sweep.trials.map(\.settings.experiment) == [
                .position, .position, .position, .position, .saliency, .saliency,
            ])
        #expect(sweep.hiddenTrainings == 2)
        #expect(sweep.testSets == ["black"])
        #expect(sweep.layout.metrics == PositionMetrics.names)
        let trainings = identifiers(sweep, .saliency)
        #expect(sweep.trials.prefix(4).map(\.trainedBy) == trainings + trainings)
        #expect(sweep.trainings.map(\.task.specification.seed) == [1, 2])
        #expect(sweep.expansion.last?.description == "encoder.from: 2 trainings added, which other trials need")
    }

    @Test func `a layout that asks what a trial does shows it`() throws {
        let sweep = try parse("encoder: {name: vgg5, from: saliency}\ntable: {rows: [experiment, target]}\n")
        #expect(sweep.hiddenTrainings == 0)
        #expect(sweep.testSets == ["black", "new"])
    }

    @Test func `one that the grid has is shared, whatever the readout`() throws {
        let sweep = try parse(
            """
            encoder: {name: vgg5, from: saliency}
            matrix: {experiment: [saliency, position], target: [H, V], posenet.kernel: [1, 3]}
            """)
        #expect(sweep.trials.map(\.settings.experiment) == [.saliency] + Array(repeating: .position, count: 4))
        #expect(sweep.hiddenTrainings == 0)
        #expect(Set(sweep.trials.dropFirst().map(\.trainedBy)) == [sweep.trials[0].id])
        // It is the training that it is where nobody reads what it makes.
        let alone = try parse("encoder: vgg5\nexperiment: saliency\n")
        #expect(alone.trials.map(\.id) == [sweep.trials[0].id])
    }

    @Test func `where encoders come from is an axis, and the untrained ones are what they were before`() throws {
        let sweep = try parse("encoder: vgg5\nmatrix: {encoder.from: [none, saliency, segmentation]}\n")
        #expect(sweep.layout.rows == ["encoder.from"])
        #expect(sweep.points(["encoder.from"]) == ["none", "saliency", "segmentation", "–", "–"])
        #expect(Set(sweep.trials.map(\.id)).count == 5)
        let untrained = try SweepText.parse(SweepText.data + "encoder: vgg5\n")
        #expect(untrained.trials.map(\.id) == [sweep.trials[0].id])
        #expect(untrained.tasks.map(\.id) == sweep.tasks.filter { $0.trialIDs == [sweep.trials[0].id] }.map(\.id))
    }

    @Test func `trials share an encoder pass where one training makes their weights, and wait for it`() throws {
        let sweep = try parse(
            """
            encoder: vgg5
            matrix: {encoder.from: [none, saliency], encoder.padding: [zero, none], encoder.stages: [[1], all], target: [H, V]}
            seeds: 2
            """)
        let trainings = identifiers(sweep, .saliency)
        #expect(trainings.count == 4)
        // Untrained, one pass serves both seeds; trained, each seed has an encoder of its own.
        #expect(sweep.positionTasks.map(\.trials.count) == [8, 8, 4, 4, 4, 4])
        #expect(sweep.tasks.map(\.requires) == Array(repeating: [], count: 6) + trainings.map { [$0] })
        #expect(sweep.positionTasks.map(\.trainedBy) == [nil, nil] + trainings)
        #expect(Set(sweep.tasks.compactMap(\.needs.first)).count == 6)
        #expect(Set(sweep.tasks.map(\.id)).count == sweep.tasks.count)
        for (trial, id) in zip(sweep.trials, sweep.trials.map(\.trainedBy)) {
            let task = try #require(sweep.tasks.first { $0.trialIDs.contains(trial.id) })
            #expect(task.requires == (id.map { [$0] } ?? []))
        }
    }

    @Test func `identifiers follow what the training depends on, and nothing else of it`() throws {
        func identifiers(_ overrides: String...) throws -> [String] {
            let text = Self.data + "encoder: {name: vgg5, from: saliency}\n"
            return try SweepText.parse(text, overrides: overrides).trials.map(\.id)
        }
        let base = try identifiers()
        #expect(try identifiers("encoder.seed=4", "name=other", "training.batch=8") == base)
        for override in [
            "training.epochs=5", "training.data.size=128", "training.data.train.count=61", "encoder.from=segmentation",
            "encoder.padding=none", "seeds=[2]",
        ] {
            #expect(Set(try identifiers(override)).isDisjoint(with: base), "\(override)")
        }
        // The images that are probed change the probes alone.
        #expect(try zip(identifiers("data.train.seed=7"), base).map(==) == [false, true])
    }

    @Test func `a weights file is for what is not trained here`() throws {
        let sweep = try parse(
            """
            weights: {vgg5: /there/vgg5.safetensors}
            encoder: vgg5
            matrix: {encoder.from: [saliency, none]}
            """)
        #expect(sweep.trials.map(\.weights) == [nil, "/there/vgg5.safetensors", nil])
        #expect(sweep.positionTasks.map { $0.weights == nil } == [true, false])
        #expect(sweep.contents.count == 1)
    }

    @Test func `the raw image is trained by nothing`() throws {
        let sweep = try parse("matrix: {encoder: [none, vgg5], encoder.from: [none, saliency]}\n")
        #expect(sweep.points(["encoder", "encoder.from"]) == ["none –", "vgg5 none", "vgg5 saliency", "vgg5 –"])
    }

    @Test func `a body says which training it waits for, and no word of a file beside`() throws {
        let sweep = try parse("encoder: {name: vgg5, from: saliency}\n")
        let planned = try #require(sweep.tasks.last)
        let read = try TaskWork(body: planned.body)
        #expect(read.position?.trainedBy == sweep.trials[1].id)
        #expect(try read.body() == planned.body)
        let text = String(decoding: planned.body, as: UTF8.self)
        #expect(throws: TaskBodyError.self) {
            _ = try TaskWork(body: Array(text.replacing("\"trainedBy\":\"", with: "\"trainedBy\":\"../").utf8))
        }
        #expect(throws: TaskBodyError.self) {
            let digest = String(repeating: "ab", count: 32)
            let both = text.replacing("\"trials\"", with: "\"weights\":\"\(digest)\",\"trials\"")
            _ = try TaskWork(body: Array(both.utf8))
        }
    }

    @Test func `the plan shows what comes first`() throws {
        let sweep = try parse("encoder: {name: vgg5, from: saliency}\nmatrix: {target: [H, V]}\nseeds: 3\n")
        #expect(
            SweepPlan(sweep).lines.prefix(8) == [
                "sweep: 9 trials in 6 tasks", "  matrix: 2 points", "  seeds: 3 trials for each point",
                "  encoder.from: 3 trainings added, which other trials need", "3 encoders trained",
                "  vgg5 for saliency, padding zero, 4 epochs, 3 times",
                "3 encoder passes over the images, not 6 (one a trial) or 90 (one an epoch)",
                "  vgg5, padding zero, stages all, once it is trained for saliency: 9 images, 3 times, then 6 fits",
            ])
        #expect(SweepPlan(sweep).warnings == [.fewTrainingImages(8, batch: 32)])
    }

    static let mistakes: [(text: String, said: String)] = [
        (
            SweepText.data + "encoder: {name: vgg5, from: saliency}\n",
            "sweep.yaml:4:29: encoder.from is saliency, and training.data has no images for it — for example training:"
        ),
        (
            SweepText.data + "encoder: vgg5\nmatrix:\n  encoder.from: [none, segmentation]\n",
            "sweep.yaml:6:17: encoder.from is segmentation, and training.data has no images for it"
        ),
        (data + "encoder: {name: resnet50, from: saliency}\n", "sweep.yaml:10:33: resnet50 cannot be trained"),
        (data + "encoder: {from: dreams}\n", "unknown value 'dreams' of encoder.from"),
        (data + "encoder: {form: saliency}\n", "did you mean 'from'?"),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is said where it stands`(index: Int) {
        let mistake = Self.mistakes[index]
        let said = SweepText.mistakes(mistake.text)
        #expect(said.contains(mistake.said), "\(said)")
        #expect(said.split(separator: "\n").count == 1, "\(said)")
    }
}
