import Experiments
import Sweep
import Testing

@Suite("Random search")
struct SampleTests {
    static let text = """
        matrix:
          target: [H, V, G]
          posenet.kernel: {uniform: [1, 7]}
          fit.epochs: {uniform: [3, 6]}
          fit.batch: {log_uniform: [1, 512]}
          fit.learning_rate: {log_uniform: [1e-4, 1]}
          fit.momentum: {uniform: [0, 0.95]}
          encoder.stages: {choice: [[1], [2, 3], all]}
          encoder.padding: [zero, none]
        zip: {width: {posenet.layers: [2, 3], posenet.hidden: [16, 32]}}

        """

    private func trials(_ rest: String) throws -> [SweepTrial] {
        try SweepText.parse(afterData: Self.text + rest).trials
    }

    @Test func `a longer search begins with the shorter one`() throws {
        let (short, long) = (try trials("sample: 50\n"), try trials("sample: 80\n"))
        #expect(short.count == 50)
        #expect(Array(long.prefix(50)) == short)
    }

    @Test func `an axis that is added leaves the others as they were`() throws {
        let before = try SweepText.parse(
            afterData: "matrix: {fit.momentum: {uniform: [0, 1]}}\nsample: 20\n"
        ).trials
        let after = try SweepText.parse(
            afterData: "matrix: {target: [H, V], fit.momentum: {uniform: [0, 1]}}\nsample: 20\n"
        ).trials
        #expect(before.map(\.settings.fit.momentum) == after.map(\.settings.fit.momentum))
    }

    @Test func `another seed draws other points, and the seed is 1 by default`() throws {
        #expect(try trials("sample: 30\n") == trials("sample: {count: 30, seed: 1}\nmethod: random\n"))
        #expect(
            Set(try trials("sample: 30\n").map(\.id)).isDisjoint(
                with: try trials("sample: {count: 30, seed: 2}\n").map(\.id)))
    }

    @Test func `whole numbers stay whole, both ends are drawn, and kernels stay odd`() throws {
        let settings = try trials("sample: 400\n").map(\.settings)
        #expect(Set(settings.map(\.posenet.kernel)) == [1, 3, 5, 7])
        #expect(Set(settings.map(\.fit.epochs)) == [3, 4, 5, 6])
        #expect(Set(settings.map(\.target.rawValue)) == ["H", "V", "G"])
        #expect(Set(settings.map(\.encoder.stages)) == [[1], [2, 3], []])
        #expect(Set(settings.map { "\($0.posenet.layers) \($0.posenet.hidden ?? 0)" }) == ["2 16", "3 32"])
        #expect(settings.allSatisfy { (1...512).contains($0.fit.batch) })
        #expect(settings.allSatisfy { (1e-4...1).contains($0.fit.learningRate) })
        #expect(settings.allSatisfy { (0...0.95).contains($0.fit.momentum) })
    }

    @Test func `uniform and log-uniform draws have their distributions`() throws {
        // The Kolmogorov-Smirnov distance of 4,000 draws is below 1.95 / √4000 in 99.9 % of cases.
        let settings = try trials("sample: 4000\n").map(\.settings)
        #expect(Self.distance(settings.map { $0.fit.momentum / 0.95 }) < 0.0309)
        #expect(Self.distance(settings.map { portableLogarithm($0.fit.learningRate) / 9.210340371976184 + 1 }) < 0.0309)
        let octaves = settings.map { Int(portableLogarithm(Double($0.fit.batch)) / 0.6931471805599453 + 1e-9) }
        // [1, 513) has 9 octaves and a bit: each is drawn 444 times, give or take five deviations of 20.
        for octave in 0..<9 { #expect(abs(octaves.count { $0 == octave } - 444) < 100, "\(octave)") }
    }

    /// The largest difference of the distribution function of the values from that of uniform ones in [0, 1].
    private static func distance(_ values: [Double]) -> Double {
        let count = Double(values.count)
        return values.sorted().enumerated().map { index, value in
            max(abs(value - Double(index) / count), abs(value - Double(index + 1) / count))
        }.max() ?? 1
    }

    @Test func `drawn numbers have at most four digits`() throws {
        for trial in try trials("sample: 200\n") {
            let digits = "\(trial.settings.fit.learningRate)".split(separator: "e")[0].filter(\.isNumber)
            #expect(digits.drop { $0 == "0" }.count <= 4, "\(trial.settings.fit.learningRate)")
        }
    }

    /// Computed with Python's decimal module by Golden/make_sample.py.
    @Test func `points are the same on every host and in every version`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {fit.learning_rate: {log_uniform: [1e-4, 1]}, fit.epochs: {uniform: [3, 60]}, target: [H, V, G]}
                sample: {count: 4, seed: 3}
                """)
        #expect(
            sweep.points(["fit.learning_rate", "fit.epochs", "target"])
                == ["0.0001134 7 G", "0.000145 32 H", "0.1062 14 V", "0.3511 31 H"])
    }

    @Test func `conditional axes are drawn too, one value a point`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {posenet.layers: [1, 2]}
                when: [{if: {posenet.layers: 2}, matrix: {posenet.hidden: {uniform: [8, 4096]}}}]
                sample: 40
                """)
        let deep = sweep.trials.filter { $0.settings.posenet.layers == 2 }
        #expect(deep.count > 5 && deep.allSatisfy { $0.settings.posenet.hidden != nil })
        #expect(sweep.expansion[0].description == "sample, seed 1: 40 points")
        #expect(sweep.expansion.last?.effect == .merges(trials: 40 - sweep.trials.count))
    }

    @Test(arguments: [
        ("sample: 5", "4:9: sample draws from matrix and zip, and there is neither"),
        (
            "matrix: {fit.epochs: {uniform: [1, 5]}}",
            "4:22: matrix.fit.epochs is drawn from a distribution — say how often: sample: 50"
        ),
        (
            "matrix: {target: [H]}\nmethod: random",
            "5:9: method: random needs the key 'sample' — for example sample: 50"
        ),
        (
            "matrix: {target: [H]}\nmethod: grid\nsample: 5",
            "6:9: a grid tries all its points — take sample or method: grid away"
        ),
        ("matrix: {target: [H]}\nsample: 0", "5:9: sample is 0 — it goes from 1 to 1000000"),
        (
            "matrix: {target: [H]}\nsample: {cuont: 3}",
            "5:9: sample needs the key 'count' — for example sample: {count: 50, seed: 3}"
        ),
        (
            "matrix: {target: [H]}\nsample: 500000\nseeds: 3",
            "5:9: more than 1000000 trials (points: 500000, seeds: 3) — take values away"
        ),
        (
            "matrix: {fit.epochs: {unifrom: [1, 5]}}\nsample: 5",
            "4:23: unknown key 'unifrom' in matrix.fit.epochs — did you mean 'uniform'?"
        ),
        (
            "matrix: {fit.epochs: {}}\nsample: 5",
            "4:22: matrix.fit.epochs names 0 distributions — write one of uniform, log_uniform, choice, or a list of values"
        ),
        (
            "matrix: {target: {uniform: [1, 5]}}\nsample: 5",
            "4:19: target is no number that uniform could draw — write {choice: […]} or a list of values"
        ),
        (
            "matrix: {fit.epochs: {uniform: [5, 1]}}\nsample: 5",
            "4:32: matrix.fit.epochs.uniform is [lowest, highest], two numbers of which the second is larger"
        ),
        (
            "matrix: {fit.epochs: {uniform: [5]}}\nsample: 5",
            "4:32: matrix.fit.epochs.uniform is [lowest, highest], two numbers of which the second is larger"
        ),
        (
            "matrix: {fit.momentum: {log_uniform: [0, 1]}}\nsample: 5",
            "4:38: matrix.fit.momentum.log_uniform starts at 0, which has no logarithm — write a small number instead"
        ),
        ("matrix: {fit.momentum: {uniform: [0, 2]}}\nsample: 5", "4:38: fit.momentum is 2 — it goes from 0 to 1"),
        (
            "matrix: {posenet.kernel: {uniform: [2, 7]}}\nsample: 5",
            "4:37: posenet.kernel is 2 — kernels have an odd side, as 3 or 7"
        ),
    ])
    func `a mistake in a search is named with its place`(text: String, said: String) {
        let all = SweepText.mistakes(SweepText.data + text + "\n")
        #expect(all.split(separator: "\n").first.map(String.init) == "sweep.yaml:" + said)
    }
}
