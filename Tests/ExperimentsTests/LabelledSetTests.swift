import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

/// The labels that were written into Fixtures/masks (make_masks.py).
private struct LabelFixture: Decodable, Sendable {
    let width: Int
    let height: Int
    let labels: [UInt8]

    static let all = Result {
        try JSONDecoder().decode([String: LabelFixture].self, from: Data(contentsOf: fixture("masks.json")))
    }
}

@Suite("Images with masks")
struct LabelledSetTests {
    private static let names = ((try? LabelFixture.all.get())?.keys.sorted()) ?? []  // The test below notices.

    @Test func `the fixtures are there`() throws {
        #expect(try LabelFixture.all.get().count == 9)
    }

    /// A folder of images and one of masks; each image is grey, and of its mask's size or of another.
    private func decode(
        _ goal: TrainingGoal, masks: [String: URL], images: [(name: String, width: Int, height: Int)],
        classes: Int = 21, size: Int? = nil
    ) throws -> [LabelledImage] {
        try withTemporaryFolder { folder in
            let (left, right) = (folder.appending(path: "images"), folder.appending(path: "masks"))
            for place in [left, right] {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            }
            for image in images {
                let bytes = [UInt8](repeating: 128, count: image.width * image.height * 3)
                try RGBImage(width: image.width, height: image.height, bytes: bytes)
                    .write(to: left.appending(path: image.name))
            }
            for (name, file) in masks { try FileManager.default.copyItem(at: file, to: right.appending(path: name)) }
            let set = try LabelledSet(
                .masked(
                    images: .folder(path: left.path, limit: nil), masks: .folder(path: right.path, limit: nil)),
                goal: goal, classes: classes, size: size ?? images[0].width)
            return try (0..<set.count).map { try set.decode(at: $0) }
        }
    }

    private func failure(_ body: () throws -> [LabelledImage]) throws -> DataError {
        try #require(throws: DataError.self) { try body() }
    }

    @Test(arguments: names)
    func `a mask's labels are its places in the palette, or its grey levels`(name: String) throws {
        let expected = try #require(try LabelFixture.all.get()[name])
        let mask = fixture("masks/\(name)")
        // A side of which the nearest pixel is each pixel itself, and of the other the same lines several times.
        let side = expected.width * expected.height
        let image = try #require(
            try decode(
                .segmentation, masks: ["a.png": mask], images: [("a.png", expected.width, expected.height)], size: side
            ).first)
        for row in 0..<expected.height {
            for column in 0..<expected.width {
                let place = (row * expected.width + 3) * side + column * expected.height + 3
                #expect(image.labels[place] == expected.labels[row * expected.width + column])
            }
        }
        #expect(Set(image.labels) == Set(expected.labels))
    }

    @Test func `an image and its mask have the same stem, whatever their suffixes and order`() throws {
        let fixtures = try LabelFixture.all.get()
        let images = try decode(
            .segmentation,
            masks: [
                "b.png": fixture("masks/palette-2.png"), "a.png": fixture("masks/grey-4.png"),
                "c.png": fixture("masks/voc.png"),
            ],
            images: [("b.PNG", 13, 7), ("a.png", 13, 7)], size: 13)
        #expect(images.count == 2)
        #expect(Set(images[0].labels).isSubset(of: Set(try #require(fixtures["grey-4.png"]).labels)))
        #expect(images[1].labels.allSatisfy { $0 < 4 })
    }

    @Test func `an image without a mask is named`() throws {
        let error = try failure {
            try decode(.segmentation, masks: ["a.png": fixture("masks/voc.png")], images: [("b.png", 13, 7)])
        }
        #expect(error == .noMask(image: "b.png"))
        #expect(error.description.hasPrefix("b.png has no mask — "))
    }

    @Test func `two masks of one stem are not chosen between`() throws {
        let mask = fixture("masks/voc.png")
        let error = try failure {
            try decode(.segmentation, masks: ["a.png": mask, "a.PNG": mask], images: [("a.png", 13, 7)])
        }
        #expect(error == .sameStem("a.PNG", other: "a.png"))
    }

    @Test func `images that are drawn without masks are refused`() {
        let leaves = ImageSource.leaves(count: 3, seed: 1)
        #expect(throws: DataError.noLabels(leaves)) {
            try LabelledSet(.masked(images: leaves, masks: leaves), goal: .saliency, classes: 1, size: 32)
        }
    }

    @Test(arguments: [TrainingGoal.saliency, .segmentation])
    func `a mask of another size than its image is refused`(goal: TrainingGoal) throws {
        let error = try failure {
            try decode(goal, masks: ["a.png": fixture("masks/voc.png")], images: [("a.png", 13, 8)])
        }
        guard case .maskSize(_, 13, 7, _, 13, 8) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `a label that is no class is named with its place`() throws {
        let labels = try #require(try LabelFixture.all.get()["voc.png"]).labels
        let first = try #require(labels.firstIndex { $0 >= 5 && $0 != 255 })
        let error = try failure {
            try decode(
                .segmentation, masks: ["a.png": fixture("masks/voc.png")], images: [("a.png", 13, 7)], classes: 5)
        }
        guard case .unknownClass(_, let label, let x, let y, 5) = error else {
            Issue.record("\(error)")
            return
        }
        #expect((label, x, y) == (Int(labels[first]), first % 13, first / 13))
    }

    @Test(arguments: ["bad-colour.png", "bad-sixteen-bit.png", "bad-photo.jpg"])
    func `a mask that has no labels is refused`(name: String) throws {
        let suffix = name.suffix(4)
        let error = try failure {
            try decode(.segmentation, masks: ["a\(suffix)": fixture("masks/\(name)")], images: [("a.png", 13, 7)])
        }
        guard case .notIndexed(_, let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!cause.isEmpty)
    }

    @Test func `damaged masks are errors, never crashes`() throws {
        let sound = [UInt8](try Data(contentsOf: fixture("masks/voc.png")))
        try withTemporaryFolder { folder in
            // The last chunk has no pixels in it.
            for length in stride(from: 0, to: sound.count - 12, by: 7) {
                let file = folder.appending(path: "\(length).png")
                try Data(sound.prefix(length)).write(to: file)
                #expect(throws: DataError.self, "\(length) bytes") {
                    _ = try decode(.segmentation, masks: ["a.png": file], images: [("a.png", 13, 7)]).count
                }
            }
        }
    }

    @Test func `salient is what is at least half white`() throws {
        try withTemporaryFolder { folder in
            let grey: [UInt8] = [0, 100, 127, 128, 200, 255, 0, 0, 255]
            let file = folder.appending(path: "mask.png")
            try RGBImage(width: 3, height: 3, bytes: grey.flatMap { [$0, $0, $0] }).write(to: file)
            let image = try #require(
                try decode(.saliency, masks: ["a.png": file], images: [("a.png", 3, 3)], classes: 1).first)
            #expect(image.labels == grey.map { $0 >= 128 ? 1 : 0 })
        }
    }
}

@Suite("Built-in labelled images")
struct DrawnLabelsTests {
    private func set(_ goal: TrainingGoal, count: Int = 60, seed: Int = 1, size: Int = 48) throws -> LabelledSet {
        try LabelledSet(.drawn(count: count, seed: seed), goal: goal, classes: goal.drawnClasses, size: size)
    }

    @Test(arguments: TrainingGoal.allCases)
    func `an image depends on its number and the seed alone`(goal: TrainingGoal) throws {
        let (one, other) = (try set(goal), try set(goal, count: 5))
        #expect(try one.decode(at: 4) == other.decode(at: 4))
        #expect(try one.decode(at: 4) != one.decode(at: 3))
        #expect(try one.decode(at: 4).image != set(goal, seed: 2).decode(at: 4).image)
    }

    @Test(arguments: TrainingGoal.allCases)
    func `every label is a class, and every class occurs`(goal: TrainingGoal) throws {
        let set = try set(goal)
        let labels = try (0..<set.count).reduce(into: Set<UInt8>()) { $0.formUnion(try set.decode(at: $1).labels) }
        #expect(labels == Set(0..<UInt8(max(goal.drawnClasses, 2))))
    }

    @Test func `a mask is exactly where the leaves are painted over`() throws {
        for index in 0..<20 {
            let scene = SyntheticImages.salientShape(index: index, seed: 1, size: 48)
            let leaves = SyntheticImages.leaves(index: index, seed: 1, size: 48)
            for pixel in 0..<48 * 48 where scene.labels[pixel] == 0 {
                #expect(scene.image.bytes[3 * pixel..<3 * pixel + 3] == leaves.bytes[3 * pixel..<3 * pixel + 3])
            }
        }
    }

    /// The mean mask of many images is level but for what borders cut off: the left half has as much of it as the right one.
    @Test func `what is salient may be anywhere`() throws {
        let (count, size) = (600, 32)
        var (halves, border) = ([0, 0, 0, 0], 0)
        for index in 0..<count {
            let labels = SyntheticImages.salientShape(index: index, seed: 2, size: size).labels
            for pixel in labels.indices where labels[pixel] == 1 {
                let (row, column) = pixel.quotientAndRemainder(dividingBy: size)
                halves[column < size / 2 ? 0 : 1] += 1
                halves[row < size / 2 ? 2 : 3] += 1
                if min(row, column, size - 1 - row, size - 1 - column) == 0 { border += 1 }
            }
        }
        for pair in [(halves[0], halves[1]), (halves[2], halves[3])] {
            #expect(abs(Double(pair.0 - pair.1)) < 0.12 * Double(pair.0 + pair.1))
        }
        #expect(border > count)
    }
}
