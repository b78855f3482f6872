import ConvEngine
import Foundation

/// The features of a set of images as a file of the cache: float32, image by image, then what they are, then how long that is.
///
///     floats of all images, stage by stage | 64 bytes of zeros | footer (JSON) | its length, 8 bytes | "POSWEEP1"
///
/// Nothing in a file is believed: its footer must fit the file's size and say what was asked for. A file has its name only
/// once it is complete and on disk.
struct FeatureFile {
    /// What stands behind the floats.
    struct Footer: Codable {
        let subject: String
        let stages: [Int]
        /// The side of the grid.
        let side: Int
        /// Each stage's maps.
        let sizes: [Size]
        let numbers: [Int]
        let skipped: [SkippedImage]
        let digest: String

        struct SkippedImage: Codable {
            let image: String
            let cause: String
        }

        struct Size: Codable {
            let height: Int
            let width: Int
            let channels: Int

            init(_ shape: Shape) {
                (height, width, channels) = (shape.height, shape.width, shape.channels)
            }
        }

        /// The floats of one image; nil where they are no number of floats that a file can have.
        var floatsPerImage: Int? {
            var total = 0
            for size in sizes {
                guard (1...side).contains(size.height), (1...side).contains(size.width), size.channels > 0 else {
                    return nil
                }
                let pixels = size.height.multipliedReportingOverflow(by: size.width)
                let count = pixels.partialValue.multipliedReportingOverflow(by: size.channels)
                let sum = total.addingReportingOverflow(count.partialValue)
                guard !pixels.overflow, !count.overflow, !sum.overflow else { return nil }
                total = sum.partialValue
            }
            return total > 0 ? total : nil
        }

        /// How one image's features are laid out.
        ///
        /// - Precondition: ``floatsPerImage`` is not nil.
        var layout: FeatureLayout {
            FeatureLayout(
                side: side,
                stages: sizes.map { Shape(images: 1, height: $0.height, width: $0.width, channels: $0.channels) })
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
    init?(_ key: FeatureKey, channels: [Int], side: Int, at file: URL) {
        guard let footer = Self.footer(of: file), footer.subject == key.subject, footer.stages == key.stages,
            footer.side == side, footer.sizes.map(\.channels) == channels
        else { return nil }
        // A file that cannot be mapped is as good as none. The file is as large as its footer says, so nothing overflows.
        let count = footer.numbers.count * footer.layout.count
        guard let floats = try? MappedFloats(of: file.path, count: count) else { return nil }
        self.footer = footer
        self.floats = floats
    }

    /// The features, read when they are looked at.
    ///
    /// - Parameter set: The set's name, for the images that were skipped.
    /// - Returns: The mapped features.
    func features(of set: String) -> FeatureSet {
        let layout = footer.layout
        return FeatureSet(
            images: footer.numbers.indices.map { image in
                var place = image * layout.count
                let stages = layout.stages.map { shape in
                    defer { place += shape.count }
                    return floats.tensor(shape, at: place)
                }
                return FeatureMaps(side: layout.side, stages: stages)
            }, numbers: footer.numbers,
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
        guard footer.side > 0, let perImage = footer.floatsPerImage else { return nil }
        var floatBytes = perImage
        for extent in [MemoryLayout<Float>.stride, footer.numbers.count] {
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
