import ConvEngine
import Foundation

/// The features of a set of images as a file of the cache: float32, image by image, then what they are, then how long that is.
///
///     floats of all images | 64 bytes of zeros | footer (JSON) | its length, 8 bytes | "POSWEEP1"
///
/// Nothing in a file is believed: its footer must fit the file's size and say what was asked for. A file has its name only
/// once it is complete and on disk.
struct FeatureFile {
    /// What stands behind the floats.
    struct Footer: Codable {
        let subject: String
        let stages: [Int]
        let side: Int
        let channels: Int
        let numbers: [Int]
        let skipped: [SkippedImage]
        let digest: String

        struct SkippedImage: Codable {
            let image: String
            let cause: String
        }
    }

    static let mark = Data("POSWEEP1".utf8)
    static let slackBytes = 64
    private static let footerLimit = 1 << 27

    let footer: Footer
    private let floats: MappedFloats

    /// Opens and checks a file.
    ///
    /// - Returns: Nil where there is no file, or it is damaged, or holds something else.
    init?(_ key: FeatureKey, channels: Int, side: Int, at file: URL) {
        guard let footer = Self.footer(of: file), footer.subject == key.subject, footer.stages == key.stages,
            footer.side == side, footer.channels == channels, !footer.numbers.isEmpty
        else { return nil }
        let count = footer.numbers.count.multipliedReportingOverflow(by: side * side * channels)
        // A file that cannot be mapped is as good as none.
        guard !count.overflow, let floats = try? MappedFloats(of: file.path, count: count.partialValue) else {
            return nil
        }
        self.footer = footer
        self.floats = floats
    }

    /// The features, read when they are looked at.
    ///
    /// - Parameter set: The set's name, for the images that were skipped.
    /// - Returns: The mapped features.
    func features(of set: String) -> FeatureSet {
        let shape = Shape(images: 1, height: footer.side, width: footer.side, channels: footer.channels)
        return FeatureSet(
            images: footer.numbers.indices.map { floats.tensor(shape, at: $0 * shape.count) }, numbers: footer.numbers,
            skipped: footer.skipped.map { TrialOutcome.Skipped(set: set, image: $0.image, cause: $0.cause) },
            digest: Array(footer.digest.utf8))
    }

    /// The footer, if it is sound and the file as long as it says.
    private static func footer(of file: URL) -> Footer? {
        guard let size = try? FileReading.size(of: file),  // No file, no features.
            let handle = try? FileHandle(forReadingFrom: file)
        else { return nil }
        defer { try? handle.close() }  // Nothing is lost with a handle that was only read from.
        func bytes(_ count: Int, at offset: Int) -> Data? {
            guard offset >= 0, count <= footerLimit else { return nil }
            // What cannot be read is not there.
            guard (try? handle.seek(toOffset: UInt64(offset))) != nil, let data = try? handle.read(upToCount: count),
                data.count == count
            else { return nil }
            return data
        }
        guard let end = bytes(16, at: size - 16), end.suffix(8) == mark,
            let length = end.littleEndian(UInt64.self, at: 0), length <= UInt64(footerLimit),
            let text = bytes(Int(length), at: size - 16 - Int(length)),
            let footer = try? JSONDecoder().decode(Footer.self, from: text)  // What is no footer is no file of ours.
        else { return nil }
        let extents = [footer.side, footer.side, footer.channels, MemoryLayout<Float>.stride, footer.numbers.count]
        var floatBytes = 1
        for extent in extents {
            let product = floatBytes.multipliedReportingOverflow(by: extent)
            guard extent > 0, !product.overflow else { return nil }
            floatBytes = product.partialValue
        }
        let isAscending = zip(footer.numbers, footer.numbers.dropFirst()).allSatisfy { $0 < $1 }
        guard isAscending, (footer.numbers.first ?? -1) >= 0,
            floatBytes == size - slackBytes - Int(length) - 16
        else { return nil }
        return footer
    }
}
