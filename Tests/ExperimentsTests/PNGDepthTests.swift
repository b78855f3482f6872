import Experiments
import Foundation
import TestSupport
import Testing

/// PNG files beyond 8 bits a sample, and with chunks that are not pixels (Fixtures/make_depths.py).
@Suite("PNG depths and chunks")
struct PNGDepthTests {
    private static let samples = stride(from: 0, to: 65_536, by: 997).map { Double($0) }

    /// The image's one row, of which each pixel must be grey.
    private func greys(of name: String) throws -> [UInt8] {
        let image = try RGBImage(decoding: fixture("depths/\(name).png"))
        #expect((image.width, image.height) == (66, 1))
        return stride(from: 0, to: image.bytes.count, by: 3).map { pixel in
            #expect(Set(image.bytes[pixel..<pixel + 3]).count == 1)
            return image.bytes[pixel]
        }
    }

    @Test(arguments: ["grey-16", "colour-16", "alpha-16"])
    func `16 bits are rounded to 8, and not cut off as Pillow does`(name: String) throws {
        #expect(try greys(of: name) == Self.samples.map { UInt8(($0 / 257).rounded()) })
    }

    /// Pillow, and so torchvision, heeds no gamma either.
    @Test(arguments: ["plain", "srgb", "declared-srgb", "linear", "talkative"])
    func `8 bits are read as they are, whatever else the file holds`(name: String) throws {
        #expect(try greys(of: name) == Self.samples.map { UInt8(Int($0) >> 8) })
    }

    @Test func `libpng sees only the chunks that pixels are made of`() throws {
        func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: fixture("depths/\(name).png"))) }
        let plain = try bytes("plain")
        let talkative = try bytes("talkative")
        #expect(RGBImage.criticalChunks(of: talkative) == plain)
        #expect(RGBImage.criticalChunks(of: plain) == plain)
        for length in talkative.indices {
            let kept = RGBImage.criticalChunks(of: Array(talkative.prefix(length)))
            #expect(plain.starts(with: kept), "cut off after \(length) bytes")
        }
    }
}
