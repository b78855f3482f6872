import Experiments
import Foundation
import TestSupport
import Testing

/// What Fixtures/make_random.py drew.
struct ReferenceDraws: Decodable {
    struct Stream: Decodable, Sendable, CustomTestStringConvertible {
        let seed: Int
        let name: String
        let bits: [String]
        let uniform: [Double]
        let normal: [Double]
        let below: [Int]
        let shuffled: [Int]

        var testDescription: String { "seed \(seed), '\(name)'" }
    }

    let streams: [Stream]
    let he: [Float]
    let xavier: [Float]

    static func read() throws -> ReferenceDraws {
        try JSONDecoder().decode(ReferenceDraws.self, from: Data(contentsOf: fixture("random.json")))
    }
}

@Suite("Random numbers")
struct RandomStreamTests {
    private static let streams = (try? ReferenceDraws.read().streams) ?? []  // The test below notices.

    @Test func `the reference streams are there`() {
        #expect(Self.streams.count == 4)
    }

    @Test func `SplitMix64 gives its published numbers`() {
        var mix = SplitMix64(state: 1_234_567)
        let drawn = (0..<5).map { _ in mix.next() }
        #expect(
            drawn == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test(arguments: streams)
    func `a stream is that of another implementation`(reference: ReferenceDraws.Stream) {
        let stream = RandomStream(seed: reference.seed, name: reference.name)
        var (bits, uniform, normal, below, order) = (stream, stream, stream, stream, stream)
        #expect((0..<8).map { _ in String(bits.next(), radix: 16) } == reference.bits)
        #expect((0..<8).map { _ in uniform.uniform() } == reference.uniform)
        let bounds = [1, 2, 3, 10, 1000, (1 << 62) + 1, (1 << 62) + 1]
        #expect(bounds.map { below.integer(below: $0) } == reference.below)
        #expect(order.shuffled(Array(0..<20)) == reference.shuffled)
        let normals = (0..<8).flatMap { _ in
            let (one, other) = normal.normalPair()
            return [one, other]
        }
        for (drawn, expected) in zip(normals, reference.normal) {
            #expect(abs(drawn - expected) <= 8 * expected.ulp)
        }
    }

    @Test func `streams of other seeds and names have nothing in common`() {
        var streams = [(1, "a"), (2, "a"), (1, "b"), (1, "a ")].map { RandomStream(seed: $0.0, name: $0.1) }
        let drawn = Set(streams.indices.flatMap { index in (0..<100).map { _ in streams[index].next() } })
        #expect(drawn.count == 400)
    }

    @Test func `the logarithm is within four units of the last place of the library's`() {
        var stream = RandomStream(seed: 1, name: "logarithm")
        var worst = 0.0
        for _ in 0..<100_000 {
            let value = scalbn(1 + stream.uniform(), stream.integer(below: 2000) - 1000)
            worst = max(worst, abs(portableLogarithm(value) - log(value)) / log(value).ulp)
            // Close to 1, where the logarithm is small and all is cancellation.
            let near = 0.5 + stream.uniform()
            worst = max(worst, abs(portableLogarithm(near) - log(near)) / log(near).ulp)
        }
        #expect(worst <= 4)
    }

    @Test(arguments: [-1022, -53, -1, 0, 1, 2, 10, 1023])
    func `the logarithm of a power of two is its exponent times that of two`(exponent: Int) {
        #expect(portableLogarithm(scalbn(1, exponent)) == Double(exponent) * log(2))
    }

    @Test func `normal deviates have the moments of the normal distribution`() {
        var stream = RandomStream(seed: 7, name: "moments")
        let count = 200_000
        var (sums, product) = ([0.0, 0, 0, 0], 0.0)
        for _ in 0..<count / 2 {
            let (x, y) = stream.normalPair()
            product += x * y
            for power in 1...4 { sums[power - 1] += pow(x, Double(power)) + pow(y, Double(power)) }
        }
        // Five standard errors of each moment's estimate: √(1, 2, 15, 96 / count).
        for (moment, (expected, variance)) in zip(sums, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
            #expect(abs(moment / Double(count) - expected) < 5 * (variance / Double(count)).squareRoot())
        }
        #expect(abs(product / Double(count / 2)) < 5 / Double(count / 2).squareRoot())
    }

    @Test func `integers below a bound are uniform`() {
        var stream = RandomStream(seed: 7, name: "integers")
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
        let statistic = counts.reduce(0.0) { $0 + pow(Double($1) - 10_000, 2) / 10_000 }
        #expect(statistic < 29.88, "chi-square with 6 degrees of freedom, 1 in 24,000")
    }

    @Test(arguments: [0, 1, 2, 5, 1000])
    func `a shuffle is a permutation`(count: Int) {
        var stream = RandomStream(seed: 3, name: "shuffle")
        let shuffled = stream.shuffled(Array(0..<count))
        #expect(shuffled.sorted() == Array(0..<count))
        #expect(count < 100 || shuffled != Array(0..<count))
    }

    @Test func `each of the orders of three values comes up as often as the others`() {
        var stream = RandomStream(seed: 3, name: "orders")
        var counts: [[Int]: Int] = [:]
        for _ in 0..<60_000 { counts[stream.shuffled([0, 1, 2]), default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 10_000) < 460 }, "five standard deviations")
    }
}

@Suite("Initial weights")
struct InitialisationTests {
    @Test func `He's filters are those of another implementation`() throws {
        let drawn = heNormal(name: "features.0.weight", seed: 1, shape: [64, 3, 3, 3])
        for (value, expected) in zip(drawn, try ReferenceDraws.read().he) {
            #expect(abs(value - expected) <= expected.ulp)
        }
        #expect(drawn.count == 64 * 27)
    }

    @Test func `Xavier's filters are those of another implementation`() throws {
        let drawn = xavierUniform(name: "posenet.0.weight", seed: 2, count: 27, fanIn: 27, fanOut: 9)
        #expect(drawn == (try ReferenceDraws.read().xavier))
    }

    @Test func `the first filters have the bits that results were published with`() {
        let drawn = heNormal(name: "features.0.weight", seed: 1, shape: [64, 3, 3, 3])
        #expect(
            drawn.prefix(4).map { String($0.bitPattern, radix: 16) } == [
                "bcb7d0fc", "3d71b43c", "3dd4b406", "3e12e0da",
            ])
    }

    @Test(arguments: [[64, 3, 3, 3], [128, 64, 3, 3], [31, 5, 1, 1]])
    func `He's filters have variance 2 over fan out`(shape: [Int]) {
        let drawn = heNormal(name: "features.5.weight", seed: 3, shape: shape).map(Double.init)
        let count = Double(drawn.count)
        let variance = 2 / Double(shape[0] * shape[2] * shape[3])
        #expect(drawn.count == shape.reduce(1, *))
        #expect(abs(drawn.reduce(0, +) / count) < 5 * (variance / count).squareRoot())
        let measured = drawn.reduce(0) { $0 + $1 * $1 } / count
        #expect(abs(measured / variance - 1) < 5 * (2 / count).squareRoot())
    }

    @Test func `Xavier's filters are uniform with variance 2 over fan in and fan out`() {
        let drawn = xavierUniform(name: "x", seed: 3, count: 50_000, fanIn: 20, fanOut: 4).map(Double.init)
        #expect(drawn.allSatisfy { abs($0) <= 0.5 })
        let variance = drawn.reduce(0) { $0 + $1 * $1 } / 50_000
        // The variance of a uniform variable's square is 4/5 of the square of its variance.
        #expect(abs(variance * 12 - 1) < 5 * (0.8 / 50_000).squareRoot())
    }

    @Test func `biases are zero`() {
        #expect(heNormal(name: "features.0.bias", seed: 1, shape: [64]) == [Float](repeating: 0, count: 64))
    }

    @Test func `a layer's filters depend on its name and seed alone`() {
        let shape = [64, 64, 3, 3]
        let filters = heNormal(name: "features.2.weight", seed: 1, shape: shape)
        #expect(filters == heNormal(name: "features.2.weight", seed: 1, shape: shape))
        #expect(filters != heNormal(name: "features.5.weight", seed: 1, shape: shape))
        #expect(filters != heNormal(name: "features.2.weight", seed: 2, shape: shape))
        #expect(
            Array(filters.prefix(9))
                == heNormal(name: "features.2.weight", seed: 1, shape: [64, 1, 3, 3]).prefix(9).map { $0 })
    }
}
