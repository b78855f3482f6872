import ConvEngine
import Crypto

/// One pass of an encoder over a set of images: decoded, extracted and handed on in order, a few at a time.
///
/// Images go through the encoder in groups of four, by their numbers and not by the threads at hand: deep layers are
/// quicker on a few images than on one, and the groups, hence the figures, are the same with any number of threads.
struct FeaturePass {
    static let groupSize = 4

    /// The name of the set: a test set's, or "train".
    let set: String
    let images: ImageSet
    let extractor: FeatureExtractor
    let team: ImageTeam

    /// The images that could not be used so far.
    private(set) var skipped: [TrialOutcome.Skipped] = []
    /// Over the pixels of all images so far.
    private(set) var digest = SHA256()

    /// The digest of all images so far, in hexadecimal digits.
    var hexadecimalDigest: [UInt8] { Array(hexadecimal(digest.finalize()).utf8) }

    init(set: String, images: ImageSet, extractor: FeatureExtractor, team: ImageTeam) {
        self.set = set
        self.images = images
        self.extractor = extractor
        self.team = team
    }

    private enum Item: Sendable {
        case features(Tensor, digest: [UInt8])
        case unusable(cause: String)
    }

    /// Calls the body with each usable image's number and features, `[1, side, side, channels]`, in order.
    ///
    /// - Parameter body: What it throws ends the pass.
    /// - Throws: `ExperimentError.noImages` where not one image could be used.
    mutating func run(_ body: (Int, Tensor) throws -> Void) throws {
        var used = 0
        let wave = Self.groupSize * team.threads
        for start in stride(from: 0, to: images.count, by: wave) {
            let end = min(start + wave, images.count)
            let groups = stride(from: start, to: end, by: Self.groupSize).map { $0..<min($0 + Self.groupSize, end) }
            let items = team.map(groups.count) { [self] in extract(groups[$0]) }.flatMap(\.self)
            for (index, item) in zip(start..<end, items) {
                switch item {
                case .features(let features, let pixels):
                    digest.update(data: pixels)
                    used += 1
                    try body(index, features)
                case .unusable(let cause):
                    skipped.append(TrialOutcome.Skipped(set: set, image: images.name(of: index), cause: cause))
                }
            }
        }
        guard used > 0 else {
            throw ExperimentError.noImages(set: set, skipped: skipped.count, firstCause: skipped.first?.cause ?? "")
        }
    }

    private func extract(_ indices: Range<Int>) -> [Item] {
        var decoded: [PixelImage] = []
        var causes: [Int: String] = [:]
        for index in indices {
            do throws(DataError) {
                decoded.append(try images.decode(at: index))
            } catch {
                causes[index] = error.description
            }
        }
        guard !decoded.isEmpty else { return indices.map { .unusable(cause: causes[$0] ?? "") } }
        let features = extractor(Tensor(stacking: decoded.map(\.tensor)))
        var next = 0
        return indices.map { index in
            if let cause = causes[index] { return .unusable(cause: cause) }
            defer { next += 1 }
            return .features(features[next], digest: decoded[next].sha256)
        }
    }
}
