import Experiments
import Foundation
import TestSupport
import Testing

/// PNG files beyond 8 bits a sample, and with a gamma (Fixtures/make_depths.py).
@Suite("PNG depths and gammas")
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

    @Test(arguments: ["srgb", "declared-srgb"])
    func `a file that names the usual gamma is read as it is`(name: String) throws {
        #expect(try greys(of: name) == Self.samples.map { UInt8(Int($0) >> 8) })
    }

    /// Pillow, and so torchvision, leaves such samples as they are; libpng brings them to the gamma of screens, 1 / 2.2.
    @Test func `a file that names another gamma is brought to that of screens`() throws {
        for (found, sample) in zip(try greys(of: "linear"), Self.samples) {
            let expected = 255 * pow(Double(Int(sample) >> 8) / 255, 1 / 2.2)
            #expect(abs(Double(found) - expected) <= 1)
        }
    }
}
