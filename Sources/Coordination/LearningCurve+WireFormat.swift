import Foundation
import SwiftProtobuf

extension LearningCurve {
    init(_ wire: WireCurve) throws(WireError) {
        let metrics = try WireReading.list(wire.metrics, "curve.metrics", atMost: Self.metricsLimit) {
            (name) throws(WireError) in
            try WireReading.text(name, "curve.metric", atMost: Self.nameBytes)
        }
        let epochs = try WireReading.list(wire.epochs, "curve.epochs", atMost: Self.pointsLimit) {
            (epoch) throws(WireError) in
            try WireReading.number(epoch, "curve.epoch", atMost: Self.epochsLimit)
        }
        guard !metrics.isEmpty, wire.values.count == metrics.count * epochs.count else {
            throw .count("curve.values", found: wire.values.count, largest: metrics.count * epochs.count)
        }
        var points: [Point] = []
        points.reserveCapacity(epochs.count)
        for (number, epoch) in epochs.enumerated() {
            let values = wire.values[number * metrics.count..<(number + 1) * metrics.count]
            points.append(Point(epoch: epoch, values: values.map { $0.isNaN ? nil : $0 }))
        }
        self.init(metrics: metrics, points: points)
        guard contradiction == nil else { throw .number("curve") }
    }

    var wire: WireCurve {
        .with { wire in
            wire.metrics = metrics
            wire.epochs = points.map { UInt32(clamping: $0.epoch) }
            wire.values = points.flatMap { $0.values.map { $0 ?? .nan } }
        }
    }

    /// Bytes of a metric's name.
    private static let nameBytes = 64

    /// The curve by itself, for a message that is no protocol buffer.
    var bytes: [UInt8] {
        do {
            return try wire.serializedBytes()
        } catch {
            preconditionFailure("a message without required fields can always be written: \(error)")
        }
    }

    /// Reads what ``bytes`` wrote.
    init(bytes: ArraySlice<UInt8>) throws(WireError) {
        let wire: WireCurve
        do {
            wire = try WireCurve(serializedBytes: Data(bytes))
        } catch {
            throw .undecodable
        }
        try self.init(wire)
    }
}
