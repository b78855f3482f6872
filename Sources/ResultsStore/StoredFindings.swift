import Coordination
import Foundation
import GRDB

/// What a trial found out as it lies in the database, without where it comes from: the part that must be the same
/// whoever computed it.
struct StoredFindings: Equatable {
    /// Bit patterns, since two results are the same only if every bit is.
    private var metrics: [Key: Metric] = [:]
    private var maps: [Key: Map] = [:]
    private var curve: [CurveFigure] = []
    private let artifact: TrialArtifact?

    private struct Key: Hashable {
        let testSet: String
        let name: String
    }

    private struct Metric: Equatable {
        let value: UInt64?
        let images: Int
        let undefined: Int
    }

    private struct Map: Equatable {
        let height: Int
        let width: Int
        let pixels: Data
    }

    private struct CurveFigure: Equatable {
        let epoch: Int
        let metric: String
        let value: UInt32?
    }

    private static func figures(of curve: LearningCurve?) -> [CurveFigure] {
        (curve?.points ?? []).flatMap { point in
            zip(curve?.metrics ?? [], point.values).map { metric, value in
                CurveFigure(epoch: point.epoch, metric: metric, value: value.map { $0 == 0 ? 0 : $0.bitPattern })
            }
        }
    }

    init(_ result: TrialResult) {
        curve = Self.figures(of: result.curve)
        artifact = result.artifact
        for metric in result.metrics {
            metrics[Key(testSet: metric.testSet, name: metric.name)] = Metric(
                value: metric.storedValue?.bitPattern, images: metric.images, undefined: metric.undefined)
        }
        for map in result.maps {
            maps[Key(testSet: map.testSet, name: String(map.image))] = Map(
                height: map.height, width: map.width, pixels: map.pixels)
        }
    }

    init(_ db: Database, trial: Int64) throws {
        curve = Self.figures(of: try LearningCurve(db, trial: trial))
        artifact = try TrialArtifact(db, trial: trial)
        let metricRows = try Row.fetchCursor(db, sql: "SELECT * FROM metrics WHERE trial = ?", arguments: [trial])
        while let row = try metricRows.next() {
            let value: Double? = row["value"]
            metrics[Key(testSet: row["test_set"], name: row["name"])] = Metric(
                value: value?.bitPattern, images: row["images"], undefined: row["undefined"])
        }
        let mapRows = try Row.fetchCursor(db, sql: "SELECT * FROM maps WHERE trial = ?", arguments: [trial])
        while let row = try mapRows.next() {
            let image: Int = row["image"]
            maps[Key(testSet: row["test_set"], name: String(image))] = Map(
                height: row["height"], width: row["width"], pixels: row["pixels"])
        }
    }
}

extension TrialResult.Metric {
    /// The value as it is stored: none where it is not a number, which SQLite would silently turn into NULL, and zero without
    /// its sign, which SQLite does not keep.
    var storedValue: Double? {
        guard let value, value.isFinite else { return nil }
        return value == 0 ? 0 : value
    }
}

extension TrialResult.Map {
    /// The values as little-endian float32, row by row.
    var pixels: Data {
        unsafe values.map(\.bitPattern.littleEndian).withUnsafeBytes { bytes in unsafe Data(bytes) }
    }

    /// The values of these little-endian bytes, or nil where they are not of this shape.
    static func values(in pixels: Data, height: Int, width: Int) -> [Float]? {
        guard (1...4096).contains(height), (1...4096).contains(width), pixels.count == 4 * height * width else {
            return nil
        }
        return unsafe pixels.withUnsafeBytes { bytes in
            (0..<height * width).map { position in
                let bits = unsafe bytes.loadUnaligned(fromByteOffset: 4 * position, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }
}

extension TrialResult {
    /// What is wrong with a result that cannot be stored as it is; nil for every result that an experiment makes.
    var contradiction: String? {
        guard provenance.seconds.isFinite else { return "its wall time is not a number" }
        if let contradiction = curve?.contradiction { return contradiction }
        if let artifact, !(1...TrialArtifact.sizeLimit).contains(artifact.size) {
            return "the file that it has made has \(artifact.size) bytes"
        }
        var seen: Set<String> = []
        for metric in metrics {
            guard metric.images >= 0, (0...max(0, metric.images)).contains(metric.undefined) else {
                return "\(metric.name) on \(metric.testSet): \(metric.undefined) of \(metric.images) images undefined"
            }
            guard seen.insert("\(metric.testSet)\u{0}\(metric.name)").inserted else {
                return "\(metric.name) on \(metric.testSet) is there twice"
            }
        }
        for map in maps {
            guard map.image >= 0, (1...4096).contains(map.height), (1...4096).contains(map.width),
                map.values.count == map.height * map.width
            else {
                return "map \(map.image) of \(map.testSet): \(map.values.count) values for \(map.height) x \(map.width)"
            }
            guard seen.insert("\(map.testSet)\u{0}\u{0}\(map.image)").inserted else {
                return "map \(map.image) of \(map.testSet) is there twice"
            }
        }
        return nil
    }
}
