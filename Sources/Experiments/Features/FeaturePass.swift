import ConvEngine
import Crypto

/// One pass of an encoder over a set of images: decoded, extracted and handed on in order, a few at a time.
///
struct FeaturePass {
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
        case features(FeatureMaps, digest: [UInt8])
        case unusable(cause: String)
    }

    /// Calls the body with each usable image's number and features, in order.
    ///
    /// - Parameter body: What it throws ends the pass.
    /// - Throws: `ExperimentError.noImages` where not one image could be used.
    mutating func run(_ body: (Int, FeatureMaps) throws -> Void) throws {
        var used = 0
        let wave = ImageGroups.size * team.threads
        for start in stride(from: 0, to: images.count, by: wave) {
            let end = min(start + wave, images.count)
            let groups = ImageGroups(count: end - start, threads: team.threads)
            let items = groups.map(team) { [self] range, team in
                extract(start + range.lowerBound..<start + range.upperBound, team: team)
            }.flatMap(\.self)
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

    private func extract(_ indices: Range<Int>, team: ImageTeam?) -> [Item] {
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
        let features = extractor(Tensor(stacking: decoded.map(\.tensor)), team: team)
        var next = 0
        return indices.map { index in
            if let cause = causes[index] { return .unusable(cause: cause) }
            defer { next += 1 }
            return .features(features[next], digest: decoded[next].sha256)
        }
    }
}
