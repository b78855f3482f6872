package import ConvEngine
import Foundation

/// An image and its answer.
package struct LabelledImage: Hashable, Sendable {
    package let image: RGBImage
    /// A label for each pixel: 0 or 1 for saliency, else a class or 255; for classification the image's class alone.
    package let labels: [UInt8]
}

/// Images whose answer is known: listed at once, decoded one by one.
package struct LabelledSet: Sendable {
    private enum Content: Sendable {
        /// For each image the place of its mask.
        case masked(images: ImageSet, masks: ImageSet, places: [Int])
        case drawn(count: Int, seed: Int)
    }

    private let content: Content
    private let goal: TrainingGoal
    private let classes: Int
    /// The side that each image and mask is brought to, in pixels.
    private let size: Int

    /// - Parameters:
    ///   - source: Where the images come from.
    ///   - goal: What is to be known of them.
    ///   - classes: How many classes masks may have.
    ///   - size: The side that each is brought to, in pixels.
    ///   - places: Where on this host lists and their images are.
    /// - Throws: `DataError` where a folder is missing, an image has no mask, two masks have its name, or images without masks are
    ///   named.
    package init(
        _ source: LabelledSource, goal: TrainingGoal, classes: Int, size: Int, places: ContentPlaces = ContentPlaces()
    ) throws(DataError) {
        (self.goal, self.classes, self.size) = (goal, classes, size)
        switch source {
        case .drawn(let count, let seed): content = .drawn(count: count, seed: seed)
        case .masked(let imageSource, let maskSource):
            for source in [imageSource, maskSource] where !source.isStored { throw .noLabels(source) }
            let images = try ImageSet(imageSource, size: size, places: places)
            let masks = try ImageSet(maskSource, size: size, places: places)
            content = .masked(images: images, masks: masks, places: try Self.pairs(images, masks))
        }
    }

    package var count: Int {
        switch content {
        case .masked(let images, _, _): images.count
        case .drawn(let count, _): count
        }
    }

    /// The file's name, or what the image is.
    package func name(of index: Int) -> String {
        switch content {
        case .masked(let images, _, _): images.name(of: index)
        case .drawn(_, let seed): "\(goal.rawValue) \(index), seed \(seed)"
        }
    }

    /// The image of this number and its answer, both at the set's size.
    ///
    /// Images are resized bilinearly. Masks of classes take the label of the nearest pixel; masks of saliency are resized as images
    /// are, and salient is what is at least half white.
    ///
    /// - Throws: `DataError` where a file cannot be read, or the mask does not fit the image or the classes.
    package func decode(at index: Int) throws(DataError) -> LabelledImage {
        switch content {
        case .masked(let images, let masks, let places):
            return try decode(try Self.file(index, of: images), mask: try Self.file(places[index], of: masks))
        case .drawn(_, let seed):
            switch goal {
            case .saliency: return SyntheticImages.salientShape(index: index, seed: seed, size: size)
            case .segmentation: return SyntheticImages.shapeClasses(index: index, seed: seed, size: size)
            case .classification: return SyntheticImages.texture(index: index, seed: seed, size: size)
            }
        }
    }

    /// What the images and masks are, before they are resized: digests of their files, or the generator and its seed.
    package func contentDigest(team: ImageTeam) -> String {
        switch content {
        case .masked(let images, let masks, _):
            "images \(images.contentDigest(team: team)) masks \(masks.contentDigest(team: team))"
        case .drawn(let count, let seed): "\(goal.rawValue) \(count) \(seed)"
        }
    }

    private func decode(
        _ image: (file: URL, name: String), mask: (file: URL, name: String)
    ) throws(DataError) -> LabelledImage {
        let picture = try RGBImage(decoding: image.file, named: image.name)
        func check(width: Int, height: Int) throws(DataError) {
            guard (width, height) == (picture.width, picture.height) else {
                throw .maskSize(
                    mask.name, width: width, height: height, image: image.name, imageWidth: picture.width,
                    imageHeight: picture.height)
            }
        }
        let labels: [UInt8]
        if goal == .saliency {
            let grey = try RGBImage(decoding: mask.file, named: mask.name)
            try check(width: grey.width, height: grey.height)
            let bytes = grey.resized(width: size, height: size).bytes
            labels = stride(from: 0, to: bytes.count, by: 3).map { pixel in
                Int(bytes[pixel]) + Int(bytes[pixel + 1]) + Int(bytes[pixel + 2]) >= 3 * 128 ? 1 : 0
            }
        } else {
            let indexed = try LabelImage(decoding: mask.file, named: mask.name)
            try check(width: indexed.width, height: indexed.height)
            try indexed.checkClasses(classes, name: mask.name)
            labels = indexed.resized(width: size, height: size).labels
        }
        return LabelledImage(image: picture.resized(width: size, height: size), labels: labels)
    }

    private static func file(_ index: Int, of set: ImageSet) throws(DataError) -> (file: URL, name: String) {
        guard let file = try set.file(at: index) else { throw .notListed(set.name(of: index)) }
        return file
    }

    /// For each image the mask of its stem.
    private static func pairs(_ images: ImageSet, _ masks: ImageSet) throws(DataError) -> [Int] {
        func stem(_ name: String) -> String { URL(filePath: name).deletingPathExtension().lastPathComponent }
        var byStem: [String: Int] = [:]
        for index in 0..<masks.count {
            let name = masks.name(of: index)
            if let other = byStem.updateValue(index, forKey: stem(name)) {
                throw .sameStem(masks.name(of: other), other: name)
            }
        }
        var places: [Int] = []
        for index in 0..<images.count {
            guard let place = byStem[stem(images.name(of: index))] else { throw .noMask(image: images.name(of: index)) }
            places.append(place)
        }
        return places
    }
}

extension ImageSource {
    /// Whether its images are files, and not drawn.
    fileprivate var isStored: Bool {
        switch self {
        case .folder, .list: true
        case .constant, .noise, .leaves: false
        }
    }
}
