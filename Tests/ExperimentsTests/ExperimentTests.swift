import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Whole experiments")
struct ExperimentTests {
    private static let train = ImageSource.leaves(count: 5, seed: 1)
    private static let tests = [
        ExperimentTask.TestSet(name: "leaves", source: .leaves(count: 3, seed: 2)),
        ExperimentTask.TestSet(name: "grey", source: .constant(0.5)),
    ]

    /// Three trials on the raw image, of which "V" takes the images in batches of its own.
    private static var trials: [ExperimentTask.Trial] {
        [PositionMap.horizontal, .vertical, .gaussian].map { target in
            var settings = TrialSettings()
            settings.encoder.name = .none
            settings.target = target
            settings.fit.epochs = 2
            settings.fit.batch = target == .vertical ? 3 : 2
            settings.posenet.kernel = target == .gaussian ? 1 : 3
            return ExperimentTask.Trial(id: target.rawValue, settings: settings)
        }
    }

    private func task(
        train: ImageSource = train, test: [ExperimentTask.TestSet] = tests, mapsKept: Int = 2,
        rings: Int = 0, trials: [ExperimentTask.Trial] = trials
    ) -> ExperimentTask {
        ExperimentTask(
            size: 32, train: train, test: test, weights: nil, mapsKept: mapsKept, rings: rings, trials: trials)
    }

    /// The outcomes by trial, and the progress that was reported.
    private func run(
        _ task: ExperimentTask, trials: Set<String> = ["H", "V", "G"], threads: Int = 1,
        cache: FeatureCache = FeatureCache(memoryLimit: 1 << 30)
    ) throws -> (outcomes: [String: TrialOutcome], fractions: [Double]) {
        var outcomes: [String: TrialOutcome] = [:]
        var fractions: [Double] = []
        try Experiment(task, threads: threads, cache: cache).run(trials: trials) { event in
            switch event {
            case .progress(_, let fraction, _): fractions.append(fraction)
            case .finished(let trial, let outcome): outcomes[trial] = outcome
            }
        }
        return (outcomes, fractions)
    }

    /// All of an outcome but the time that it took.
    private func expectSame(_ one: TrialOutcome?, _ other: TrialOutcome?) throws {
        let (one, other) = (try #require(one), try #require(other))
        #expect(one.metrics == other.metrics)
        #expect(one.maps == other.maps)
        #expect(one.skipped == other.skipped)
        #expect(one.weights == other.weights)
        #expect(one.data == other.data)
    }

    @Test func `results do not depend on the number of threads`() throws {
        let (one, two) = (try run(task(), threads: 1).outcomes, try run(task(), threads: 2).outcomes)
        #expect(one.keys.sorted() == ["G", "H", "V"])
        for trial in one.keys { try expectSame(one[trial], two[trial]) }
    }

    @Test(arguments: ["H", "V", "G"])
    func `a trial alone has the results that it has in company`(trial: String) throws {
        let (all, alone) = (try run(task()).outcomes, try run(task(), trials: [trial]).outcomes)
        #expect(Array(alone.keys) == [trial])
        try expectSame(all[trial], alone[trial])
    }

    @Test func `each trial has every metric of each test set, and the maps that were asked for`() throws {
        let outcome = try #require(try run(task()).outcomes["H"])
        #expect(
            outcome.metrics.map { "\($0.testSet) \($0.name) \($0.images)" }
                == PositionMetrics.names.map { "leaves \($0) 3" } + PositionMetrics.names.map { "grey \($0) 1" })
        #expect(outcome.maps.map { "\($0.testSet) \($0.image)" } == ["leaves 0", "leaves 1", "grey 0"])
        #expect(outcome.maps.allSatisfy { $0.height == 26 && $0.width == 26 && $0.values.count == 26 * 26 })
        #expect(outcome.maps.flatMap(\.values).allSatisfy { (0...1).contains($0) })
        #expect(outcome.weights == "none")
        #expect(outcome.data.count == 64)
        #expect(outcome.skipped.isEmpty)
    }

    @Test func `SPC is not defined on an image of one colour, MAE is`() throws {
        for outcome in try run(task()).outcomes.values {
            let grey = outcome.metrics.filter { $0.testSet == "grey" }
            #expect(grey[0].value == nil)
            #expect(grey[0].undefined == 1)
            let error = try #require(grey[1].value)
            #expect(error > 0.1 && error < 0.6)
            let leaves = outcome.metrics.filter { $0.testSet == "leaves" }
            #expect(leaves[0].undefined == 0)
            #expect(abs(try #require(leaves[0].value)) <= 1)
        }
    }

    @Test func `the scores are those of the maps that are kept`() throws {
        var settings = try #require(Self.trials.last).settings
        settings.posenet.kernel = 1
        let trial = ExperimentTask.Trial(id: "G", settings: settings)
        let test = [ExperimentTask.TestSet(name: "leaves", source: .leaves(count: 1, seed: 2))]
        let outcome = try #require(try run(task(test: test, trials: [trial])).outcomes["G"])
        let map = try #require(outcome.maps.first)
        // The map at the images' size, by the definition of bilinear interpolation without aligned corners.
        let prediction = resized(map.values)
        let truth = PositionMap.gaussian.values(side: 32, stripes: .unit)
        let error = try #require(outcome.metrics[1].value)
        #expect(abs(error - meanAbsoluteError(of: prediction, and: truth)) < 1e-6)
        let correlation = try #require(outcome.metrics[0].value)
        let expected = try #require(spearmanCorrelation(of: prediction, and: truth))
        #expect(abs(correlation - expected) < 1e-4)
    }

    /// A map of 28 by 28 values at 32 by 32.
    private func resized(_ map: [Float]) -> [Float] {
        (0..<32 * 32).map { pixel -> Float in
            let (rows, columns) = (weights(pixel / 32), weights(pixel % 32))
            var sum = 0.0
            for (row, rowWeight) in rows.enumerated() {
                for (column, columnWeight) in columns.enumerated() {
                    sum += rowWeight * columnWeight * Double(map[row * 28 + column])
                }
            }
            return Float(sum)
        }
    }

    private func weights(_ position: Int) -> [Double] {
        let source: Double = min(max((Double(position) + 0.5) * 28 / 32 - 0.5, 0), 27)
        return (0..<28).map { max(0, 1 - abs(Double($0) - source)) }
    }

    @Test func `progress rises to the whole`() throws {
        let fractions = try run(task()).fractions
        #expect(fractions == fractions.sorted())
        #expect(fractions.first.map { $0 > 0 } == true)
        #expect(abs(try #require(fractions.last) - 1) < 1e-9)
        // Five training images, two epochs of three batches and two of two, four test images.
        #expect(fractions.count == 5 + 10 + 4)
    }

    /// The definition of the figures on rings, from the maps that are kept and enlarged.
    @Test func `figures of rings are those of the pixels at these distances from the border`() throws {
        let outcome = try #require(try run(task(mapsKept: 3, rings: 2)).outcomes["H"])
        let plain = try #require(try run(task(mapsKept: 3)).outcomes["H"])
        #expect(outcome.metrics.filter { !$0.name.contains("@") } == plain.metrics)
        let truth = PositionMap.horizontal.values(side: 32, stripes: .unit)
        for (name, distances) in [("0-7", 0..<8), ("8-15", 8..<16)] {
            let pixels = (0..<32 * 32).filter { pixel in
                distances.contains(min(pixel / 32, pixel % 32, 31 - pixel / 32, 31 - pixel % 32))
            }
            var (correlations, errors): ([Double], [Double]) = ([], [])
            for map in outcome.maps where map.testSet == "leaves" {
                let prediction = enlarged(map.values, side: map.width, to: 32)
                let (part, target) = (pixels.map { prediction[$0] }, pixels.map { truth[$0] })
                correlations.append(try #require(spearmanCorrelation(of: part, and: target)))
                errors.append(
                    zip(part, target).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(part.count))
            }
            func value(_ metric: String) throws -> Double {
                let found = outcome.metrics.first { $0.testSet == "leaves" && $0.name == "\(metric)@\(name)" }
                return try #require(found?.value)
            }
            #expect(abs(try value("SPC") - correlations.reduce(0, +) / 3) < 1e-12)
            #expect(abs(try value("MAE") - errors.reduce(0, +) / 3) < 1e-9)
        }
    }

    @Test func `trials that read different stages share one pass and get what they get alone`() throws {
        let trials = [[1], [2, 3], [], [1, 3]].enumerated().map { number, stages in
            var settings = TrialSettings()
            settings.encoder.stages = stages
            settings.encoder.normalise = .imagenet
            settings.fit.epochs = 1
            settings.posenet.layers = number == 1 ? 2 : 1
            settings.posenet.hidden = 4
            return ExperimentTask.Trial(id: "\(number)", settings: settings)
        }
        let company = try run(task(trials: trials), trials: ["0", "1", "2", "3"]).outcomes
        #expect(company.count == 4)
        for trial in trials {
            try expectSame(try run(task(trials: [trial]), trials: [trial.id]).outcomes[trial.id], company[trial.id])
        }
    }

    @Test func `a trial that asks for a stage that is not there says so`() throws {
        var settings = TrialSettings()
        settings.encoder.stages = [0]
        let task = task(trials: [ExperimentTask.Trial(id: "0", settings: settings)])
        #expect(throws: ExperimentError.noSuchStage(0, known: [1, 2, 3, 4, 5])) { try run(task, trials: ["0"]) }
    }

    @Test func `an image that cannot be read is skipped, and the outcome says so`() throws {
        try withTemporaryFolder { folder in
            for name in ["420.jpg", "colour.png", "hostile-text.png", "palette.png"] {
                try FileManager.default.copyItem(
                    at: fixture("images/\(name)"), to: folder.appending(path: name))
            }
            let test = [ExperimentTask.TestSet(name: "files", source: .folder(path: folder.path, limit: nil))]
            let outcome = try #require(try run(task(test: test, mapsKept: 4)).outcomes["H"])
            let skipped = try #require(outcome.skipped.first)
            #expect(outcome.skipped.count == 1)
            #expect((skipped.set, skipped.image) == ("files", "hostile-text.png"))
            #expect(skipped.cause.contains("it is neither JPEG nor PNG"))
            #expect(outcome.maps.map(\.image) == [0, 1, 3])
            #expect(outcome.metrics.map(\.images) == [3, 3])
        }
    }

    @Test func `a set without one image that can be read is refused`() throws {
        try withTemporaryFolder { folder in
            try Data("no image".utf8).write(to: folder.appending(path: "a.png"))
            let error = try #require(throws: ExperimentError.self) {
                try run(task(train: .folder(path: folder.path, limit: nil)))
            }
            #expect(error.description.hasPrefix("none of the 1 images of 'train' can be used — the first: "))
        }
    }

    @Test func `the data's digest changes with the test images`() throws {
        let other = [ExperimentTask.TestSet(name: "leaves", source: .leaves(count: 3, seed: 3)), Self.tests[1]]
        let (one, two) = (try run(task()).outcomes["H"], try run(task(test: other)).outcomes["H"])
        #expect(one?.data != two?.data)
        #expect(one != nil && two != nil)
    }

    @Test func `trials with different encoders are refused`() throws {
        var trials = Self.trials
        var settings = trials[0].settings
        settings.encoder.seed = 2
        trials[0] = ExperimentTask.Trial(id: "H", settings: settings)
        #expect(throws: ExperimentError.mixedEncoders) { try run(task(trials: trials)) }
    }

    @Test func `what the report throws ends the run`() throws {
        struct Stop: Error {}
        var events = 0
        #expect(throws: Stop.self) {
            try Experiment(task(), threads: 2, cache: FeatureCache(memoryLimit: 1 << 30)).run(trials: ["H"]) { _ in
                events += 1
                if events == 3 { throw Stop() }
            }
        }
        #expect(events == 3)
    }

    @Test func `no trials wanted means no work`() throws {
        let (outcomes, fractions) = try run(task(), trials: ["X"])
        #expect(outcomes.isEmpty && fractions.isEmpty)
    }
}
