import Coordination
import Testing

@Suite("Learning curves on the wire")
struct LearningCurveTests {
    private static let curve = Vocabulary.curve()

    @Test func `a curve comes out of an offer and of progress as it went in, undefined figures too`() throws {
        let offer = WorkerMessage.offer(Vocabulary.offer(Vocabulary.trained(Self.curve), of: 5))
        #expect(try WorkerMessage(body: offer.body) == offer)
        let progress = WorkerMessage.progress(Vocabulary.attempt(), fraction: 0.5, note: "training", curve: Self.curve)
        #expect(try WorkerMessage(body: progress.body) == progress)
        #expect(Self.curve.points.contains { $0.values.contains(nil) })
    }

    @Test func `the values of maps are put beside a curve, which stays`() throws {
        let result = Vocabulary.trained(Self.curve)
        #expect(try result.withoutValues.withMapValues(from: result.mapBytes) == result)
    }

    /// An offer in which this curve stands, written by hand.
    private func offer(metrics: [String], epochs: [UInt64], values: [Float]) -> [UInt8] {
        let curve = ProtobufBytes.message { message in
            for name in metrics { message.text(1, name) }
            message.bytes(2, ProtobufBytes.message { packed in for epoch in epochs { packed.varint(epoch) } })
            message.bytes(
                3, values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
        }
        let offer = ProtobufBytes.message { message in
            message.bytes(
                1,
                ProtobufBytes.message {
                    $0.bytes(1, [UInt8](repeating: 1, count: 16))
                    $0.number(2, 1)
                })
            message.bytes(2, [UInt8](repeating: 2, count: 16))
            message.bytes(20, curve)
        }
        return ProtobufBytes.message { $0.bytes(4, offer) }
    }

    @Test func `a curve that is written by hand is read`() throws {
        let message = try WorkerMessage(
            body: offer(metrics: ["loss", "Fm"], epochs: [1, 3], values: [0.5, .nan, 0.25, 1]))
        guard case .offer(let offer) = message else {
            Issue.record("\(message)")
            return
        }
        #expect(
            offer.result.curve
                == LearningCurve(
                    metrics: ["loss", "Fm"],
                    points: [.init(epoch: 1, values: [0.5, nil]), .init(epoch: 3, values: [0.25, 1])]))
    }

    @Test func `more epochs, metrics or values than a curve has are refused`() {
        func expect(_ error: WireError, metrics: [String], epochs: [UInt64], values: Int) {
            #expect(throws: error) {
                try WorkerMessage(
                    body: offer(metrics: metrics, epochs: epochs, values: [Float](repeating: 0, count: values)))
            }
        }
        let many = (1...513).map { UInt64($0) }
        expect(.count("curve.epochs", found: 513, largest: 512), metrics: ["loss"], epochs: many, values: 513)
        expect(
            .count("curve.metrics", found: 5, largest: 4), metrics: ["a", "b", "c", "d", "e"], epochs: [1], values: 5)
        expect(.count("curve.values", found: 3, largest: 2), metrics: ["loss"], epochs: [1, 2], values: 3)
        expect(.count("curve.values", found: 0, largest: 1), metrics: ["loss"], epochs: [1], values: 0)
        expect(.number("curve.epoch"), metrics: ["loss"], epochs: [10_001], values: 1)
        expect(
            .text("curve.metric", bytes: 65, largest: 64), metrics: [String(repeating: "a", count: 65)], epochs: [1],
            values: 1)
    }

    @Test(
        arguments: [
            (["loss"], [2, 1], [Float](repeating: 0, count: 2)), (["loss"], [1, 1], [0, 0]), (["loss"], [0], [0]),
            (["loss", "loss"], [1], [0, 0]), (["loss"], [1], [.infinity]), (["loss"], [], []),
        ] as [([String], [UInt64], [Float])])
    func `a curve that contradicts itself is refused`(metrics: [String], epochs: [UInt64], values: [Float]) {
        #expect(throws: WireError.number("curve")) {
            try WorkerMessage(body: offer(metrics: metrics, epochs: epochs, values: values))
        }
    }

    @Test func `a result has one curve`() {
        let one = WorkerMessage.offer(Vocabulary.offer(Vocabulary.trained(Self.curve), of: 5)).body
        // Both lengths are longer than a byte, so the offer stands behind a tag and two bytes.
        let curve = ProtobufBytes.message { $0.bytes(20, ProtobufBytes.message { $0.text(1, "loss") }) }
        let two = ProtobufBytes.message { $0.bytes(4, Array(one.dropFirst(3)) + curve) }
        #expect(throws: WireError.count("curves", found: 2, largest: 1)) { try WorkerMessage(body: two) }
    }

    @Test func `the longest curve leaves room for the rest of an offer`() throws {
        let names = (0..<LearningCurve.metricsLimit).map { String(repeating: "\($0)", count: 64) }
        let last = LearningCurve.epochsLimit
        let points = (0..<LearningCurve.pointsLimit).map { number in
            LearningCurve.Point(
                epoch: last - LearningCurve.pointsLimit + 1 + number, values: names.map { _ in Float.pi })
        }
        let curve = LearningCurve(metrics: names, points: points)
        let offer = WorkerMessage.offer(Vocabulary.offer(Vocabulary.trained(curve), of: 5))
        #expect(try WorkerMessage(body: offer.body) == offer)
        #expect(offer.body.count < 10 * 1_024)
    }

    @Test(arguments: [
        (0, 2), (1, 2), (2, 2), (3, 2), (15, 64), (64, 64), (65, 64), (1_000, 512), (10_000, 512), (9_999, 3),
    ])
    func `a long curve keeps its ends, and is equally far apart but for the last step`(epochs: Int, limit: Int) {
        let places = LearningCurve.places(of: epochs, atMost: limit)
        #expect(places.count <= limit)
        #expect(places.count >= min(epochs, (limit + 1) / 2))
        #expect(places.first == (epochs > 0 ? 0 : nil) && places.last == (epochs > 0 ? epochs - 1 : nil))
        let steps = zip(places, places.dropFirst()).map { $1 - $0 }
        #expect(Set(steps.dropLast()).count <= 1 && steps.allSatisfy { $0 > 0 })
    }
}

extension Vocabulary {
    /// A curve of three epochs, of which the second has no Fm.
    static func curve() -> LearningCurve {
        LearningCurve(
            metrics: ["loss", "Fm", "MAE"],
            points: [
                .init(epoch: 1, values: [0.75, 0.25, 0.5]), .init(epoch: 2, values: [0.5, nil, 0.375]),
                .init(epoch: 3, values: [0.375, 0.5, 0.25]),
            ])
    }

    /// The result of a training with this curve.
    static func trained(_ curve: LearningCurve) -> TrialResult {
        let result = result()
        return TrialResult(
            metrics: result.metrics, maps: result.maps, skipped: result.skipped, provenance: result.provenance,
            curve: curve)
    }
}
