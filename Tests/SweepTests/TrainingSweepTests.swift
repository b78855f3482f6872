import Experiments
import Foundation
import Sweep
import Testing

@Suite("Sweeps that train encoders")
struct TrainingSweepTests {
    private static let data = """
        training:
          data:
            size: 96
            train: {synthetic: scenes, count: 60}
            validation: {synthetic: scenes, count: 10, seed: 9}
            test: {new: {synthetic: scenes, count: 20, seed: 2}}
          epochs: 4
          learning_rate: 0.02
        encoder: vgg5

        """

    private func trainings(_ sweep: SweepDefinition) -> [TrainingSpecification] {
        sweep.tasks.compactMap { $0.work.training?.specification }
    }

    @Test func `each point is a training of its own, and needs no position data`() throws {
        let sweep = try SweepText.parse(
            Self.data + "matrix: {experiment: [saliency, segmentation], encoder.padding: [zero, none]}\nseeds: 3\n")
        #expect(sweep.data == nil)
        #expect(sweep.testSets == ["new"])
        #expect(sweep.tasks.map(\.trialIDs) == sweep.trials.map { [$0.id] })
        #expect(Set(sweep.trials.map(\.id)).count == 12)
        let first = try #require(trainings(sweep).first)
        #expect(first.goal == .saliency)
        #expect(first.classes == 1)
        #expect(first.size == 96)
        #expect(first.train == .drawn(count: 60, seed: 1))
        #expect(first.validation == .drawn(count: 10, seed: 9))
        #expect(first.fit.epochs == 4)
        #expect(first.fit.learningRate == 0.02)
        #expect(trainings(sweep).map(\.seed) == (1...4).flatMap { _ in [1, 2, 3] })
        #expect(
            trainings(sweep).map(\.encoder.padding)
                == Array(repeating: [.zero, .zero, .zero, .none, .none, .none], count: 2).flatMap(\.self))
        #expect(sweep.layout.metrics == ["MAE", "Fm", "Fm max", "mIoU", "accuracy"])
    }

    @Test func `settings of a training may be axes, and those of a readout make no further trainings`() throws {
        let sweep = try SweepText.parse(
            Self.data + """
                experiment: classification
                matrix:
                  training.learning_rate: [0.01, 0.1]
                  target: [H, V]
                  posenet.kernel: [1, 3]
                  fit.epochs: [2, 3]
                  encoder.seed: [1, 2]
                """)
        #expect(trainings(sweep).map(\.fit.learningRate) == [0.01, 0.1])
        #expect(sweep.layout.metrics == ["accuracy"])
    }

    @Test func `a training is named after what differs, and the name is safe as a file's`() throws {
        func names(_ text: String) throws -> [String] {
            let sweep = try SweepText.parse(Self.data + text)
            #expect(sweep.trainings.map(\.task.trial) == sweep.trials.map(\.id))
            return sweep.trainings.map { training in
                #expect(training.name.hasSuffix("-" + training.task.trial.prefix(8)))
                return String(training.name.dropLast(9))
            }
        }
        #expect(try names("experiment: saliency\n") == ["saliency-vgg5-seed-1"])
        #expect(
            try names("experiment: saliency\nmatrix: {encoder.padding: [zero, none]}\nseeds: 2\n") == [
                "saliency-vgg5-padding-zero-seed-1", "saliency-vgg5-padding-zero-seed-2",
                "saliency-vgg5-padding-none-seed-1", "saliency-vgg5-padding-none-seed-2",
            ])
        #expect(
            try names("experiment: classification\nmatrix: {training.decay_at: [[1], [2, 3]]}\n") == [
                "classification-vgg5-decay_at-1-seed-1", "classification-vgg5-decay_at-2_3-seed-1",
            ])
        let position = try SweepText.parse(SweepText.data + "encoder: vgg5\n")
        #expect(position.trainings.isEmpty)
    }

    @Test func `a sweep may do both, each on its own images`() throws {
        let sweep = try SweepText.parse(
            Self.data + SweepText.data + "matrix: {experiment: [position, saliency], target: [H, V]}\n")
        #expect(sweep.trials.map(\.settings.experiment) == [.position, .position, .saliency])
        #expect(sweep.positionTasks.map(\.trials.count) == [2])
        #expect(trainings(sweep).count == 1)
        #expect(sweep.testSets == ["black", "new"])
        // Positions are the trials that they were before there were trainings beside them.
        let alone = try SweepText.parse(SweepText.data + "encoder: vgg5\nmatrix: {target: [H, V]}\n")
        #expect(sweep.trials.prefix(2).map(\.id) == alone.trials.map(\.id))
    }

    @Test func `tasks may have images of their own`() throws {
        let sweep = try SweepText.parse(
            """
            training:
              data:
                saliency:
                  train: {images: /there/images, masks: /there/masks, limit: 30}
                  test: {ECSSD: {images: /there/ecssd, masks: /there/ecssd-masks}}
                segmentation:
                  size: 128
                  classes: 21
                  train: {images: /there/voc, masks: /there/voc-masks}
                  test: {VOC: {images: /there/val, masks: /there/val-masks}}
            matrix: {experiment: [saliency, segmentation]}
            """)
        #expect(trainings(sweep).map(\.size) == [224, 128])
        #expect(trainings(sweep).map(\.classes) == [1, 21])
        #expect(sweep.testSets == ["ECSSD", "VOC"])
        let images = SweepText.digest(.images(folder: "/there/images", limit: 30))
        let masks = SweepText.digest(.images(folder: "/there/masks", limit: nil))
        #expect(trainings(sweep)[0].train == .masked(images: .list(images), masks: .list(masks)))
        for planned in sweep.tasks {
            #expect(!String(decoding: planned.body, as: UTF8.self).contains("/there"))
            #expect(planned.work.lists.count == 4)
        }
    }

    @Test func `identifiers follow what a training depends on`() throws {
        func identifiers(_ overrides: String...) throws -> [String] {
            try SweepText.parse(Self.data + "experiment: saliency\n", overrides: overrides).trials.map(\.id)
        }
        let base = try identifiers()
        #expect(try identifiers("name=other", "table.metrics=[Fm]", "fit.epochs=2", "target=V") == base)
        let others = try [
            "experiment=segmentation", "encoder=vgg5_bn", "encoder.padding=none", "training.epochs=5", "seeds=[2]",
            "training.data.size=128", "training.data.train.seed=3", "training.data.validation.count=5",
            "training.data.test.new.count=7", "encoder.normalise=imagenet",
        ].map { try identifiers($0) }
        #expect(Set(others + [base]).count == others.count + 1)
    }

    @Test func `a body is read back as it was, and one that no sweep could have made is refused`() throws {
        let sweep = try SweepText.parse(Self.data + "experiment: segmentation\n")
        let planned = try #require(sweep.tasks.first)
        #expect(try TaskWork(body: planned.body) == planned.work)
        #expect(planned.work.contents.isEmpty)
        let sound = String(decoding: planned.body, as: UTF8.self)
        let edits: [(String, String, String)] = [
            (#""size":96"#, #""size":-1"#, "size is -1"),
            (#""epochs":4"#, #""epochs":0"#, "training.epochs 0"),
            (#""learningRate":0.02"#, #""learningRate":-1"#, "training.learning_rate -1"),
            (#""count":60"#, #""count":0"#, "the number of images is 0"),
            (#""count":60,"seed":1"#, #""count":60,"seed":-4"#, "the seed -4"),
            (#""goal":"segmentation""#, #""goal":"dreams""#, "cannot be read"),
            (#""name":"vgg5""#, #""name":"resnet50""#, "resnet50 cannot be trained"),
            (#""trial":""#, #""trial":"../"#, "the identifier '../"),
        ]
        for (from, to, said) in edits {
            try #require(sound.contains(from), "\(from) in \(sound)")
            let error = #expect(throws: TaskBodyError.self) {
                try TaskWork(body: Array(sound.replacing(from, with: to).utf8))
            }
            #expect(error?.description.contains(said) == true, "\(error?.description ?? "")")
        }
    }

    static let mistakes: [(text: String, said: String)] = [
        ("experiment: saliency", "the sweep needs the key 'training'"),
        ("experiment: dreams", "unknown value 'dreams' of experiment"),
        (
            "training: {data: {train: {synthetic: scenes, count: 4}}}\nexperiment: saliency",
            "training.data needs the key 'test'"
        ),
        ("training: {epochs: 0}", "training.epochs is 0"),
        ("training: {epoch: 3}", "unknown key 'epoch' in training — did you mean 'epochs'?"),
        (
            "training: {data: {train: {images: /there}, test: {a: {synthetic: scenes, count: 4}}}}",
            "training.data.train needs the key 'masks'"
        ),
        (
            "training: {data: {train: {images: /nowhere, masks: /there}, test: {a: {synthetic: scenes, count: 4}}}}",
            "there is no /nowhere"
        ),
        (
            "training: {data: {train: {synthetic: leaves, count: 4}, test: {a: {synthetic: scenes, count: 4}}}}",
            "'leaves'"
        ),
        (data + "experiment: saliency\nmatrix: {encoder: [vgg5, resnet50]}", "resnet50 cannot be trained"),
        (data + "experiment: position", "the sweep needs the key 'data'"),
        (
            "training: {data: {train: {images: /nowhere, masks: /there, about: DUT-S}, test: {a: {images: /there, masks: /none}}}}",
            "there is no /nowhere, which should hold DUT-S"
        ),
        (
            "training: {data: {train: {images: /there, masks: /nowhere, about: DUT-S}, test: {a: {images: /there, masks: /none}}}}",
            "there is no /nowhere, which should hold the masks of DUT-S"
        ),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is said where it stands`(index: Int) {
        let mistake = Self.mistakes[index]
        let said = SweepText.mistakes(mistake.text)
        #expect(said.contains(mistake.said), "\(said)")
    }

    @Test func `images that are too small are said where their size is written, with the size that would do`() {
        let text = """
            training:
              data:
                size: 48
                train: {synthetic: scenes, count: 4}
                test: {new: {synthetic: scenes, count: 4}}
            experiment: saliency
            encoder: vgg5
            matrix: {encoder.padding: [zero, none]}
            """
        let said = SweepText.mistakes(text)
        #expect(said.contains("sweep.yaml:3:"), "\(said)")
        #expect(said.contains("too small to train vgg5 with encoder.padding none"), "\(said)")
        #expect(said.contains("training.data.size 78 or more"), "\(said)")
        #expect(SweepText.mistakes(text.replacing("size: 48", with: "size: 78")) == "")
    }

    @Test func `synthetic data stand in the place of folders with masks`() throws {
        let text = """
            training:
              data:
                classes: 21
                train: {images: a, masks: b}
                test: {one: {images: c, masks: d}, drawn: {synthetic: scenes, count: 5, seed: 2}}
            experiment: segmentation
            encoder: vgg5
            """
        let sweep = try SweepText.parse(text, overrides: ["data=synthetic", "data.limit=10"])
        let training = try #require(trainings(sweep).first)
        #expect(training.classes == TrainingGoal.segmentation.drawnClasses)
        #expect(training.train == .drawn(count: 10, seed: 1))
        #expect(training.test.map(\.source) == [.drawn(count: 10, seed: 3), .drawn(count: 5, seed: 2)])
    }

    @Test func `the plan says what is trained`() throws {
        let sweep = try SweepText.parse(
            Self.data + "experiment: saliency\nmatrix: {encoder.padding: [zero, none]}\nseeds: 2\n")
        #expect(
            SweepPlan(sweep).lines == [
                "sweep: 4 trials in 4 tasks", "  matrix: 2 points", "  seeds: 2 trials for each point",
                "4 encoders trained",
                "  vgg5 for saliency, padding zero, 4 epochs, 2 times",
                "  vgg5 for saliency, padding none, 4 epochs, 2 times",
            ])
    }
}
