import ConvEngine
import Foundation

/// Writes a file of the cache while the features are extracted; it gets its name when it is complete.
struct FeatureFileWriter {
    private let key: FeatureKey
    private let layout: FeatureLayout
    private let file: URL
    private let partial: URL
    private let handle: FileHandle

    /// - Throws: `DataError.unwritable` where the folder cannot be written to.
    init(_ key: FeatureKey, layout: FeatureLayout, in folder: URL) throws(DataError) {
        self.key = key
        self.layout = layout
        file = folder.appending(path: key.fileName)
        partial = folder.appending(path: "\(key.fileName).\(UUID().uuidString).partial")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data().write(to: partial, options: .withoutOverwriting)
            handle = try FileHandle(forWritingTo: partial)
        } catch {
            throw .unwritable(partial.path, cause: error.localizedDescription)
        }
    }

    /// Appends one image's features.
    func append(_ features: FeatureMaps) throws(DataError) {
        precondition(features.layout == layout, "all features of a file are laid out alike")
        for maps in features.stages {
            try write(maps.withSpan { span in unsafe span.withUnsafeBytes { unsafe Data($0) } })
        }
    }

    /// Completes the file and opens it.
    ///
    /// - Returns: The features as they are read from it; nil where somebody has damaged it meanwhile.
    /// - Throws: `DataError.unwritable`, and then the file is gone.
    func finish(
        numbers: [Int], skipped: [TrialOutcome.Skipped], digest: [UInt8], set: String
    ) throws(DataError) -> FeatureSet? {
        let footer = FeatureFile.Footer(
            subject: key.subject, stages: key.stages, side: layout.side,
            sizes: layout.stages.map { FeatureFile.Footer.Size($0) }, numbers: numbers,
            skipped: skipped.map { FeatureFile.Footer.SkippedImage(image: $0.image, cause: $0.cause) },
            digest: String(decoding: digest, as: UTF8.self))
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let text = try encoder.encode(footer)
            let length = unsafe withUnsafeBytes(of: UInt64(text.count).littleEndian) { unsafe Data($0) }
            try handle.write(contentsOf: Data(count: FeatureFile.slackBytes) + text + length + FeatureFile.mark)
            try handle.synchronize()
            try handle.close()
            if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
            try FileManager.default.moveItem(at: partial, to: file)
        } catch {
            discard()
            throw .unwritable(partial.path, cause: error.localizedDescription)
        }
        return FeatureFile(key, channels: layout.stages.map(\.channels), side: layout.side, at: file)?.features(of: set)
    }

    /// Removes what has been written.
    func discard() {
        try? handle.close()  // The file goes anyway.
        try? FileManager.default.removeItem(at: partial)  // The next clean-up finds it again.
    }

    private func write(_ data: Data) throws(DataError) {
        do {
            try handle.write(contentsOf: data)
        } catch {
            discard()
            throw .unwritable(partial.path, cause: error.localizedDescription)
        }
    }
}
