package import ConvEngine
import Crypto
import Foundation

/// The images of a source: listed at once, decoded one by one.
package struct ImageSet: Sendable {
    private enum Content: Sendable {
        case files([URL])
        case listed(ImageList, ContentDigest, ContentPlaces.Images)
        case constant(Double)
        case noise(NoiseKind, count: Int, seed: Int)
        case leaves(count: Int, seed: Int)
    }

    private let content: Content
    /// The side that each image is brought to, in pixels.
    private let size: Int

    /// - Parameters:
    ///   - source: Where the images come from.
    ///   - size: The side that each is brought to, in pixels.
    ///   - places: Where on this host a list and its images are.
    /// - Throws: `DataError` where a folder is missing or holds no image, or a list is not here.
    package init(
        _ source: ImageSource, size: Int, places: ContentPlaces = ContentPlaces()
    ) throws(DataError) {
        self.size = size
        content =
            switch source {
            case .folder(let path, let limit): .files(try Self.images(in: URL(filePath: path), limit: limit))
            case .list(let digest): try Self.listed(digest, in: places)
            case .constant(let value): .constant(value)
            case .noise(let kind, let count, let seed): .noise(kind, count: count, seed: seed)
            case .leaves(let count, let seed): .leaves(count: count, seed: seed)
            }
    }

    package var count: Int {
        switch content {
        case .files(let files): files.count
        case .listed(let list, _, _): list.entries.count
        case .constant: 1
        case .noise(_, let count, _), .leaves(let count, _): count
        }
    }

    /// The file's name, or what the image is.
    package func name(of index: Int) -> String {
        switch content {
        case .files(let files): files[index].lastPathComponent
        case .listed(let list, _, _): list.entries[index].name
        case .constant(let value): "constant \(value)"
        case .noise(let kind, _, let seed): "\(kind.rawValue) noise \(index), seed \(seed)"
        case .leaves(_, let seed): "leaves \(index), seed \(seed)"
        }
    }

    /// The image of this number, resized.
    ///
    /// - Throws: `DataError` where its file cannot be read; the other images of the set can be used all the same.
    package func decode(at index: Int) throws(DataError) -> PixelImage {
        PixelImage(try image(at: index))
    }

    /// The image of this number, resized, in 8 bits.
    ///
    /// - Throws: `DataError` where its file cannot be read.
    package func image(at index: Int) throws(DataError) -> RGBImage {
        switch content {
        case .files(let files): try RGBImage(decoding: files[index]).resized(width: size, height: size)
        case .listed(let list, _, let images):
            try Self.decoded(list.entries[index], from: images).resized(width: size, height: size)
        case .constant(let value): SyntheticImages.constant(value, size: size)
        case .noise(let kind, _, let seed): SyntheticImages.noise(kind, index: index, seed: seed, size: size)
        case .leaves(_, let seed): SyntheticImages.leaves(index: index, seed: seed, size: size)
        }
    }

    /// What the images are, before they are resized: a digest of the files' names and bytes, or the generator and its seed.
    ///
    /// - Parameter team: The threads that share the files.
    /// - Returns: The same text for the same images on every host.
    package func contentDigest(team: ImageTeam) -> String {
        switch content {
        case .listed(_, let digest, _): return "list \(digest)"
        case .constant(let value): return "constant \(value)"
        case .noise(let kind, let count, let seed): return "noise \(kind.rawValue) \(count) \(seed)"
        case .leaves(let count, let seed): return "leaves \(count) \(seed)"
        case .files(let files):
            let digests = team.map(files.count) { index -> [UInt8] in
                // A file that cannot be read is an image that cannot be used, which is part of what the set is.
                let bytes = (try? FileReading.bytes(of: files[index], atMost: ImageLimits.fileBytes)) ?? Data()
                return Array(SHA256.hash(data: Data(files[index].lastPathComponent.utf8) + [0] + bytes))
            }
            var hash = SHA256()
            for digest in digests { hash.update(data: digest) }
            return "sha256 \(hexadecimal(hash.finalize()))"
        }
    }

    /// The file of this number on this host, and what errors call it.
    ///
    /// - Returns: Nil for an image that is drawn.
    /// - Throws: `DataError.notListed` for a file that could not be used when its set was listed.
    func file(at index: Int) throws(DataError) -> (file: URL, name: String)? {
        switch content {
        case .files(let files): (files[index], files[index].path)
        case .listed(let list, _, let images): try Self.file(of: list.entries[index], among: images)
        case .constant, .noise, .leaves: nil
        }
    }

    private static func listed(_ digest: ContentDigest, in places: ContentPlaces) throws(DataError) -> Content {
        guard let place = places.sets[digest] else { throw .notHere(digest) }
        let text = try FileReading.bytes(of: URL(filePath: place.list), atMost: ImageList.textLimit)
        guard let list = ImageList(text: Array(text)) else { throw .notAList(place.list) }
        return .listed(list, digest, place.images)
    }

    /// An image of a list; where it is found does not show in what is wrong with it, since that goes into results.
    private static func decoded(
        _ entry: ImageList.Entry, from images: ContentPlaces.Images
    ) throws(DataError) -> RGBImage {
        let (file, name) = try file(of: entry, among: images)
        return try RGBImage(decoding: file, named: name)
    }

    private static func file(
        of entry: ImageList.Entry, among images: ContentPlaces.Images
    ) throws(DataError) -> (file: URL, name: String) {
        guard let digest = entry.digest else { throw .notListed(entry.name) }
        let path =
            switch images {
            case .folder(let folder): folder + "/" + entry.name
            case .store(let store): ContentPlaces.path(of: digest, inStore: store)
            }
        return (URL(filePath: path), entry.name)
    }

    private static let suffixes: Set<String> = ["jpg", "jpeg", "png"]

    /// The image files of a folder in the order of their names.
    static func images(in folder: URL, limit: Int?) throws(DataError) -> [URL] {
        guard case .folder = try FileReading.kind(of: folder) else { throw .notAFolder(folder.path) }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw .unreadable(folder.path, cause: error.localizedDescription)
        }
        let images = names.filter { name in
            !name.hasPrefix(".") && suffixes.contains(URL(filePath: name).pathExtension.lowercased())
        }.sorted()
        guard !images.isEmpty else { throw .noImages(folder: folder.path) }
        return images.prefix(limit ?? .max).map { folder.appending(path: $0) }
    }
}
