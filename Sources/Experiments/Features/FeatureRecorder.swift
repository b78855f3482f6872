/// Takes features image by image while they are extracted: into memory, into a file, or both.
struct FeatureRecorder {
    private let keepsMemory: Bool
    private var writer: FeatureFileWriter?
    private var images: [FeatureMaps] = []
    private var numbers: [Int] = []

    init(memory: Bool, writer: FeatureFileWriter?) {
        keepsMemory = memory
        self.writer = writer
    }

    /// - Throws: `DataError.unwritable` where the file was their only place.
    mutating func append(_ features: FeatureMaps, number: Int) throws(DataError) {
        numbers.append(number)
        if keepsMemory { images.append(features) }
        do throws(DataError) {
            try writer?.append(features)
        } catch {
            writer = nil
            if !keepsMemory { throw error }
        }
    }

    /// The features, complete.
    ///
    /// - Returns: From memory where they are kept there, else from the file; nil where they are in neither.
    /// - Throws: `DataError.unwritable` where the file was their only place.
    func finish(_ pass: FeaturePass) throws(DataError) -> FeatureSet? {
        let digest = pass.hexadecimalDigest
        var fromFile: FeatureSet?
        do throws(DataError) {
            fromFile = try writer?.finish(numbers: numbers, skipped: pass.skipped, digest: digest, set: pass.set)
        } catch {
            if !keepsMemory { throw error }
        }
        guard keepsMemory else { return fromFile }
        return FeatureSet(images: images, numbers: numbers, skipped: pass.skipped, digest: digest)
    }

    /// Leaves nothing behind of an extraction that ended early.
    func discard() {
        writer?.discard()
    }
}
