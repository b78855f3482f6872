import Coordination
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

@Suite("Learning curves in the store")
struct CurveTests {
    private static let sweep = SweepID(high: 5, low: 1)
    private static let curve = LearningCurve(
        metrics: ["loss", "mIoU", "accuracy"],
        points: [
            .init(epoch: 1, values: [0.1, nil, 0.75]), .init(epoch: 2, values: [.leastNonzeroMagnitude, 0.3, 0.8]),
            .init(epoch: 4, values: [0, 0.4, 1]),
        ])

    /// The same but for one bit.
    private static let other = LearningCurve(
        metrics: curve.metrics,
        points: Array(curve.points.prefix(2)) + [.init(epoch: 4, values: [0, 0.4, Float(1).nextDown])])

    private static func trained(_ curve: LearningCurve?) -> TrialResult {
        let result = Samples.result()
        return TrialResult(
            metrics: result.metrics, maps: result.maps, skipped: result.skipped, provenance: result.provenance,
            curve: curve)
    }

    @Test func `a curve comes back bit for bit, with the settings of its trial, in the sweep's order`() throws {
        try withStore { store in
            #expect(try store.curves(of: Self.sweep).trials.isEmpty)
            try store.commit([
                Samples.found(4, finding: Self.trained(Self.curve)), Samples.found(3),
                Samples.found(1, finding: Self.trained(Self.curve)),
            ])
            let curves = try store.curves(of: Self.sweep)
            #expect(curves.settings == ["posenet.kernel", "seed"])
            #expect(curves.trials.map(\.id) == [Samples.trial(1), Samples.trial(4)])
            #expect(curves.trials.map(\.settings) == [["1", "1"], ["7", "1"]])
            #expect(curves.trials.allSatisfy { $0.curve == Self.curve })
            #expect(try store.curves(of: Self.sweep, atMost: 1).trials.map(\.id) == [Samples.trial(1)])
        }
    }

    @Test func `a figure that is zero is the same with either sign, which the database does not keep`() throws {
        try withStore { store in
            let zeros = LearningCurve(metrics: ["loss"], points: [.init(epoch: 1, values: [-0.0])])
            let result = Samples.found(1, finding: Self.trained(zeros))
            let first = try store.commit([result])
            #expect(first.added.count == 1)
            #expect(try store.commit([result]).repeated == [Samples.trial(1)])
        }
    }

    @Test func `the curve belongs to the result: the same bits are no news, others are a divergence`() throws {
        try withStore { store in
            let first = Samples.found(1, finding: Self.trained(Self.curve))
            let added = try store.commit([first]).added
            #expect(added == [Samples.trial(1)])
            #expect(try store.commit([first]).repeated == [Samples.trial(1)])
            for different in [Self.other, nil] {
                let second = Samples.found(1, by: Samples.bob, finding: Self.trained(different))
                #expect(try store.commit([second]).diverged == [Samples.trial(1)])
            }
            #expect(try store.curves(of: Self.sweep).trials.map(\.curve) == [Self.curve])
        }
    }

    @Test(arguments: [
        LearningCurve(metrics: ["loss"], points: []),
        LearningCurve(metrics: ["loss"], points: [.init(epoch: 1, values: [.nan])]),
        LearningCurve(metrics: ["loss"], points: [.init(epoch: 2, values: [1]), .init(epoch: 2, values: [1])]),
        LearningCurve(metrics: ["loss", "loss"], points: [.init(epoch: 1, values: [1, 1])]),
    ])
    func `a result whose curve contradicts itself is refused, and nothing of it stays`(curve: LearningCurve) throws {
        try withStore { store in
            let report = try store.commit([
                Samples.found(1, finding: Self.trained(curve)), Samples.found(2, finding: Self.trained(Self.curve)),
            ])
            #expect(report.refused.map(\.trial) == [Samples.trial(1)])
            #expect(try store.curves(of: Self.sweep).trials.map(\.id) == [Samples.trial(2)])
            #expect(try store.commit([Samples.found(1)]).added == [Samples.trial(1)])
        }
    }

    @Test func `a database without curves, which is only read, has none`() throws {
        try withTemporaryFolder { folder in
            do {
                let store = try ResultsStore(folder: folder)
                _ = try store.submit(Samples.sweep(), at: Samples.noon)
                try store.close()
            }
            let file = folder.appending(path: "results.sqlite")
            try RawDatabase.execute("DROP TABLE curves; PRAGMA user_version = 4", in: file)
            #expect(try ResultsStore(reading: folder).curves(of: Self.sweep).trials.isEmpty)
        }
    }

    @Test func `a training that the table leaves out has its settings beside its curve`() throws {
        try withTemporaryFolder { folder in
            let text = """
                name: probed
                data: {train: {constant: 0}, test: {black: {constant: 0}}}
                training: {data: {train: {synthetic: scenes, count: 8}, test: {new: {synthetic: scenes, count: 2}}}}
                encoder: {name: vgg5, from: saliency}
                matrix: {encoder.padding: [zero, reflect]}
                """
            let definition = try SweepDefinition(parsing: text, path: "p.yaml", folder: "/", exists: { _ in true })
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(definition, at: Samples.noon).sweep
            let tasks = try store.unfinishedTasks(of: sweep).filter {
                definition.trials.suffix(2).map(\.id).contains($0.trials[0].description)
            }
            #expect(tasks.count == 2)
            for task in tasks {
                try store.commit([
                    .result(task.trials[0], task: task.id, .first, worker: Samples.alice, Self.trained(Self.curve))
                ])
            }
            let curves = try store.curves(of: sweep)
            #expect(
                curves.trials.map(curves.title) == [
                    "saliency, vgg5, encoder.padding zero", "saliency, vgg5, encoder.padding reflect",
                ])
            try store.close()
        }
    }

    // MARK: What people see

    private func curves(_ trials: Int, curve: LearningCurve = Self.curve) -> TrialCurves {
        TrialCurves(
            sweep: "trained", settings: ["experiment", "encoder", "encoder.padding", "target"],
            trials: (1...trials).map { number in
                TrialCurves.Trial(
                    id: Samples.trial(UInt64(number)),
                    settings: ["segmentation", "vgg5", number == 1 ? "zero" : "none", TableDefinition.irrelevant],
                    curve: curve)
            })
    }

    @Test func `text has a line for each training, from the first epoch to the last`() {
        let text = curves(2).formatted(as: .text)
        let lines = text.split(separator: "\n")
        #expect(
            lines[0].split(separator: " ") == [
                "trial", "experiment", "encoder", "encoder.padding", "epochs", "loss", "mIoU", "accuracy",
            ])
        #expect(lines[1].contains("zero") && lines[2].contains("none"))
        #expect(lines[1].contains("4       0.1000 → 0.0000  0.3000 → 0.4000  0.7500 → 1.0000"), "\(text)")
        let drawn = curves(1).formatted(as: .text, sparklines: true)
        #expect(drawn.contains("segmentation  vgg5"), "\(drawn)")
        #expect(drawn.contains("0.7500 → 1.0000 ▁▂█"), "\(drawn)")
        let none = TrialCurves(sweep: "trained", settings: [], trials: [])
        #expect(none.formatted(as: .text) == "no training of trained is finished yet\n")
    }

    @Test func `CSV and JSON have every epoch, and an undefined figure stays empty`() throws {
        let lines = curves(2).formatted(as: .csv).split(separator: "\n")
        #expect(lines[0] == "sweep,trial,experiment,encoder,encoder.padding,target,epoch,metric,value")
        #expect(lines.count == 1 + 2 * 9)
        let id = Samples.trial(1).description
        #expect(lines[2] == "trained,\(id),segmentation,vgg5,zero,,1,mIoU,")
        #expect(lines[1] == "trained,\(id),segmentation,vgg5,zero,,1,loss,0.1")

        struct Listing: Decodable {
            struct Trial: Decodable {
                let trial: String
                let curve: [[String: Float?]]
            }
            let trials: [Trial]
        }
        let json = try JSONDecoder().decode(Listing.self, from: Data(curves(1).formatted(as: .json).utf8))
        #expect(json.trials.map(\.trial) == [id])
        #expect(json.trials[0].curve.map { $0["loss"] } == [0.1, .leastNonzeroMagnitude, 0])
        #expect(json.trials[0].curve[0]["mIoU"] == .some(nil) && json.trials[0].curve[1]["mIoU"] == 0.3)
    }

    @Test(
        arguments: [
            ([], ""), ([2], "▁"), ([1, 1, 1], "▁▁▁"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([7, 0], "█▁"),
        ] as [([Float], String)])
    func `a sparkline goes from the lowest value to the largest`(values: [Float], text: String) {
        #expect(Sparkline.text(values) == text)
    }

    @Test func `a long sparkline keeps its ends in sixteen characters`() {
        let text = Sparkline.text((0..<1_000).map { Float($0) })
        #expect(text.count <= 16 && text.first == "▁" && text.last == "█")
    }
}
