import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Image sets")
struct ImageSetTests {
    @Test func `a folder's images come in the order of their names, and nothing else`() throws {
        try withTemporaryFolder { folder in
            let image = try Data(contentsOf: fixture("images/colour.png"))
            for name in ["b.PNG", "a.jpeg", "c.Jpg", "10.png", "9.png", ".hidden.png", "notes.txt", "png"] {
                try image.write(to: folder.appending(path: name))
            }
            let images = try ImageSet(.folder(path: folder.path, limit: nil), size: 8)
            #expect((0..<images.count).map(images.name(of:)) == ["10.png", "9.png", "a.jpeg", "b.PNG", "c.Jpg"])
            let first = try ImageSet(.folder(path: folder.path, limit: 2), size: 8)
            #expect((0..<first.count).map(first.name(of:)) == ["10.png", "9.png"])
        }
    }

    @Test func `an image that cannot be read leaves the others usable`() throws {
        let images = try ImageSet(.folder(path: fixture("images").path, limit: nil), size: 16)
        var usable = 0
        for index in 0..<images.count {
            let isHostile = images.name(of: index).hasPrefix("hostile")
            do throws(DataError) {
                let image = try images.decode(at: index)
                #expect((image.height, image.width, image.values.count) == (16, 16, 16 * 16 * 3))
                #expect(image.sha256.count == 32)
                #expect(!isHostile)
                usable += 1
            } catch {
                #expect(isHostile, "\(error)")
            }
        }
        #expect(usable == 26)
    }

    @Test func `a missing folder, a file and a folder without images are named`() throws {
        try withTemporaryFolder { folder in
            #expect(throws: DataError.noImages(folder: folder.path)) {
                try ImageSet(.folder(path: folder.path, limit: nil), size: 8)
            }
            let absent = folder.appending(path: "absent").path
            #expect(throws: DataError.missing(absent)) { try ImageSet(.folder(path: absent, limit: nil), size: 8) }
            let file = folder.appending(path: "file.png").path
            try Data().write(to: URL(filePath: file))
            #expect(throws: DataError.notAFolder(file)) { try ImageSet(.folder(path: file, limit: nil), size: 8) }
        }
    }

    @Test func `pixels are divided by 255 and nothing else is done to them`() throws {
        let image = RGBImage(width: 2, height: 1, bytes: [0, 51, 255, 1, 2, 3])
        let pixels = PixelImage(image)
        #expect(pixels.values == [0, 0.2, 1, Float(1) / 255, Float(2) / 255, Float(3) / 255])
        #expect(pixels.sha256 == PixelImage(image).sha256)
        #expect(pixels.sha256 != PixelImage(RGBImage(width: 2, height: 1, bytes: [0, 51, 255, 1, 2, 4])).sha256)
    }

    @Test(arguments: [
        (ImageSource.constant(0), 1), (.constant(1), 1), (.noise(.uniform, count: 3, seed: 7), 3),
        (.noise(.authors, count: 2, seed: 7), 2), (.leaves(count: 4, seed: 1), 4),
    ])
    func `drawn images need no file`(source: ImageSource, count: Int) throws {
        let images = try ImageSet(source, size: 12)
        #expect(images.count == count)
        let digests = try (0..<count).map { try images.decode(at: $0).sha256 }
        #expect(Set(digests).count == count, "no two images are the same")
        #expect(Set((0..<count).map(images.name(of:))).count == count)
        #expect(try images.decode(at: 0).sha256 == digests[0], "and each is the same again")
    }

    @Test(arguments: [(0.0, Float(0)), (1, 1), (0.2, 0.2), (7, 1), (-1e300, 0)])
    func `a constant image has one value, from 0 to 1`(value: Double, pixel: Float) throws {
        let image = try ImageSet(.constant(value), size: 4).decode(at: 0)
        #expect(image.values == [Float](repeating: pixel, count: 48))
    }
}
