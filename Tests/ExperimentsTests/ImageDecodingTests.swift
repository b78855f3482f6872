import Crypto
import Experiments
import Foundation
import TestSupport
import Testing

/// An image that Pillow read or resized (Fixtures/make_images.py).
struct PillowImage: Decodable, Sendable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let sha256: String

    var testDescription: String { "\(width)x\(height)" }
}

/// All that Pillow made of the files in Fixtures/images.
struct PillowImages: Decodable {
    let sound: [String: PillowImage]
    let resized: [PillowImage]

    static let all = Result {
        try JSONDecoder().decode(PillowImages.self, from: Data(contentsOf: fixture("images.json")))
    }
}

func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

@Suite("Image files")
struct ImageDecodingTests {
    private static let names = ((try? PillowImages.all.get().sound.keys.sorted()) ?? [])  // The test below notices.

    @Test func `the fixtures are there`() throws {
        #expect(try PillowImages.all.get().sound.count >= 20)
    }

    @Test(arguments: names)
    func `an image is read as Pillow reads it`(name: String) throws {
        let expected = try #require(try PillowImages.all.get().sound[name])
        let image = try RGBImage(decoding: fixture("images/\(name)"))
        #expect(image.width == expected.width)
        #expect(image.height == expected.height)
        #expect(sha256(image.bytes) == expected.sha256)
    }

    @Test(arguments: [
        ("truncated.jpg", "Premature end of JPEG file"),
        ("truncated.png", "read"),
        ("header-only.jpg", "its header names no size — the file may be cut off"),
        ("checksum.png", "CRC"),
        ("vast.png", "IHDR"),
        ("cmyk.jpg", "its colours are CMYK — convert it to RGB"),
        ("text.png", "it is neither JPEG nor PNG, whatever its name says"),
        ("empty.jpg", "it is neither JPEG nor PNG, whatever its name says"),
    ])
    func `a damaged file is refused with its name and the cause`(name: String, cause: String) throws {
        let file = fixture("images/hostile-\(name)")
        let error = try #require(throws: DataError.self) { try RGBImage(decoding: file) }
        #expect(error.description.hasPrefix("\(file.path) is not an image that can be read: "))
        #expect(error.description.contains(cause), "\(error)")
    }

    @Test(arguments: [
        ("huge.jpg", 20_000, 20_000), ("huge.png", 20_000, 20_000), ("too-long.png", 16_385, 1),
        ("too-many.png", 16_384, 4_097),
    ])
    func `an image with too many pixels is refused by its header`(name: String, width: Int, height: Int) throws {
        let file = fixture("images/hostile-\(name)")
        #expect(throws: DataError.imageTooLarge(file.path, width: width, height: height)) {
            try RGBImage(decoding: file)
        }
    }

    @Test func `a file of more than 256 MiB is refused unread`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "large.png")
            let bytes = (256 << 20) + 1
            try Data().write(to: file)
            try FileHandle(forWritingTo: file).truncate(atOffset: UInt64(bytes))  // Sparse: no disk is used.
            #expect(throws: DataError.fileTooLarge(file.path, bytes: bytes, largest: 256 << 20)) {
                try RGBImage(decoding: file)
            }
        }
    }

    @Test func `what is no regular file is refused`() throws {
        #expect(throws: DataError.missing("/no/such/file.png")) {
            try RGBImage(decoding: URL(filePath: "/no/such/file.png"))
        }
        let long = "/" + String(repeating: "a", count: 300) + ".png"
        let error = try #require(throws: DataError.self) { try RGBImage(decoding: URL(filePath: long)) }
        #expect(error.description.hasPrefix("\(long) cannot be read: "), "it is not missing: there can be no such name")
        #expect(throws: DataError.unreadable("/dev/zero", cause: "it is no regular file")) {
            try RGBImage(decoding: URL(filePath: "/dev/zero"))
        }
    }

    /// Headers cut off at every byte, and every byte of the header turned over: none may crash or hang.
    @Test(arguments: ["orientation-6.jpg", "progressive.jpg", "palette-transparent.png", "interlaced.png"])
    func `any damage gives an image or an error`(name: String) throws {
        let sound = try Data(contentsOf: fixture("images/\(name)"))
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "damaged")
            var refused = 0
            for position in sound.indices {
                var damaged = sound
                damaged[position] ^= 0xff
                for data in [damaged, sound.prefix(position)] {
                    try data.write(to: file)
                    do throws(DataError) {
                        let image = try RGBImage(decoding: file)
                        #expect(image.bytes.count == image.width * image.height * 3)
                    } catch {
                        refused += 1
                    }
                }
            }
            #expect(refused > sound.count, "at least what is cut off is refused")
        }
    }
}

@Suite("Resizing images")
struct ImageResizeTests {
    private static let sizes = (try? PillowImages.all.get().resized) ?? []  // The test below notices.

    @Test func `the fixtures are there`() throws {
        #expect(try PillowImages.all.get().resized.count >= 8)
    }

    @Test(arguments: sizes)
    func `an image is resized byte for byte as Pillow does`(expected: PillowImage) throws {
        let image = try RGBImage(decoding: fixture("images/colour.png"))
            .resized(width: expected.width, height: expected.height)
        #expect((image.width, image.height) == (expected.width, expected.height))
        #expect(sha256(image.bytes) == expected.sha256)
    }

    @Test func `an image of one pixel fills any size`() throws {
        let image = try RGBImage(decoding: fixture("images/one-pixel.png"))
        #expect(image.resized(width: 3, height: 2).bytes == (0..<6).flatMap { _ in image.bytes })
    }
}
