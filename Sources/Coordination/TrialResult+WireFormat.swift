import Foundation
import SwiftProtobuf

extension TrialResult {
    /// All maps' values one after another, little-endian.
    package var mapBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(maps.reduce(0) { $0 + $1.values.count * 4 })
        for map in maps {
            for value in map.values {
                let pattern = value.bitPattern
                for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: pattern >> (8 * byte))) }
            }
        }
        return bytes
    }

    /// The bytes that the maps' shapes ask for.
    package var expectedMapBytes: Int { maps.reduce(0) { $0 + $1.height * $1.width * 4 } }

    /// The same result with its maps' values taken from these bytes.
    ///
    /// - Throws: `WireError.mapBytes` where the shapes ask for another number of bytes.
    package func withMapValues(from bytes: [UInt8]) throws(WireError) -> TrialResult {
        guard bytes.count == expectedMapBytes else { throw .mapBytes(found: bytes.count, shapes: expectedMapBytes) }
        var position = 0
        let filled = maps.map { map in
            let values = (0..<map.height * map.width).map { index in
                let pattern = (0..<4).reduce(UInt32(0)) { pattern, byte in
                    pattern | UInt32(bytes[position + index * 4 + byte]) << (8 * UInt32(byte))
                }
                return Float(bitPattern: pattern)
            }
            position += values.count * 4
            return Map(
                testSet: map.testSet, image: map.image, imageName: map.imageName, height: map.height,
                width: map.width, values: values)
        }
        return with(maps: filled)
    }
}

extension Offer {
    // With `isWhole` all values are there, however many; else those of large maps are to come.
    init(_ wire: WireOffer, isWhole: Bool = false) throws(WireError) {
        let limit = Policy.entriesLimit
        let artifacts = try WireReading.list(wire.artifacts, "artifacts", atMost: 1) { (artifact) throws(WireError) in
            try TrialArtifact(artifact, "artifact")
        }
        let curves = try WireReading.list(wire.curves, "curves", atMost: 1) { (curve) throws(WireError) in
            try LearningCurve(curve)
        }
        let metrics = try WireReading.list(wire.metrics, "metrics", atMost: limit) { (metric) throws(WireError) in
            try TrialResult.Metric(metric)
        }
        let maps = try WireReading.list(wire.maps, "maps", atMost: limit) { (map) throws(WireError) in
            try TrialResult.Map(map)
        }
        let skipped = try WireReading.list(wire.skipped, "skipped", atMost: limit) { (skipped) throws(WireError) in
            TrialResult.SkippedImage(
                set: try WireReading.text(skipped.set, "skipped.set"),
                image: try WireReading.text(skipped.image, "skipped.image"),
                cause: try WireReading.text(skipped.cause, "skipped.cause"))
        }
        var result = TrialResult(
            metrics: metrics, maps: maps, skipped: skipped,
            provenance: try TrialResult.Provenance(wire.provenance),
            artifact: artifacts.first, curve: curves.first)
        let expected = result.expectedMapBytes
        guard expected <= Policy.mapBytesLimit else {
            throw .count("map bytes", found: expected, largest: Policy.mapBytesLimit)
        }
        let hasValues = isWhole || expected <= Policy.inlineBytes
        guard hasValues || wire.values.isEmpty else { throw .mapBytes(found: wire.values.count, shapes: expected) }
        if hasValues { result = try result.withMapValues(from: Array(wire.values)) }
        self.init(
            try AttemptName(wire.attempt), try TrialID(reading: wire.trial, "trial"), result, hasValues: hasValues)
    }

    var wire: WireOffer {
        .with { wire in
            wire.attempt = name.wire
            wire.trial = trial.wireBytes
            wire.metrics = result.metrics.map(\.wire)
            wire.maps = result.maps.map(\.wire)
            wire.skipped = result.skipped.map { skipped in
                .with {
                    $0.set = skipped.set
                    $0.image = skipped.image
                    $0.cause = skipped.cause
                }
            }
            wire.provenance = result.provenance.wire
            if hasValues { wire.values = Data(result.mapBytes) }
            if let artifact = result.artifact { wire.artifacts = [artifact.wire] }
            if let curve = result.curve { wire.curves = [curve.wire] }
        }
    }
}

extension TrialResult.Metric {
    fileprivate init(_ wire: WireMetric) throws(WireError) {
        self.init(
            testSet: try WireReading.text(wire.testSet, "metric.test_set"),
            name: try WireReading.text(wire.name, "metric.name"),
            value: wire.hasValue ? try WireReading.finite(wire.value, "metric.value") : nil,
            images: try WireReading.number(wire.images, "metric.images", atMost: 1 << 40),
            undefined: try WireReading.number(wire.undefined, "metric.undefined", atMost: 1 << 40))
    }

    fileprivate var wire: WireMetric {
        .with { wire in
            wire.testSet = testSet
            wire.name = name
            if let value { wire.value = value }
            wire.images = UInt64(clamping: images)
            wire.undefined = UInt64(clamping: undefined)
        }
    }
}

extension TrialResult.Map {
    /// A map without its values.
    fileprivate init(_ wire: WireMapShape) throws(WireError) {
        self.init(
            testSet: try WireReading.text(wire.testSet, "map.test_set"),
            image: try WireReading.number(wire.image, "map.image", atMost: 1 << 40),
            imageName: try WireReading.text(wire.imageName, "map.image_name"),
            height: try WireReading.number(wire.height, "map.height", atMost: 4096),
            width: try WireReading.number(wire.width, "map.width", atMost: 4096), values: [])
    }

    fileprivate var wire: WireMapShape {
        .with { wire in
            wire.testSet = testSet
            wire.image = UInt64(clamping: image)
            wire.imageName = imageName
            wire.height = UInt32(clamping: height)
            wire.width = UInt32(clamping: width)
        }
    }
}

extension TrialResult.Provenance {
    fileprivate init(_ wire: WireProvenance) throws(WireError) {
        self.init(
            programVersion: try WireReading.line(wire.programVersion, "provenance.program_version"),
            host: try WireReading.line(wire.host, "provenance.host"),
            processor: try WireReading.line(wire.processor, "provenance.processor"),
            blas: try WireReading.line(wire.blas, "provenance.blas"),
            weights: try WireReading.line(wire.weights, "provenance.weights"),
            data: try WireReading.line(wire.data, "provenance.data"),
            seconds: try WireReading.finite(wire.seconds, "provenance.seconds"))
    }

    fileprivate var wire: WireProvenance {
        .with { wire in
            wire.programVersion = programVersion
            wire.host = host
            wire.processor = processor
            wire.blas = blas
            wire.weights = weights
            wire.data = data
            wire.seconds = seconds
        }
    }
}
