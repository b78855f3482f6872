import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Heat maps")
struct HeatMapTests {
    /// The picture as it is read back from the file.
    private func written(_ map: HeatMap) throws -> RGBImage {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "map.png")
            try map.write(to: file)
            return try RGBImage(decoding: file)
        }
    }

    private func pixels(of image: RGBImage) -> [[UInt8]] {
        stride(from: 0, to: image.bytes.count, by: 3).map { Array(image.bytes[$0..<$0 + 3]) }
    }

    @Test func `grey is black for 0, white for 1 and linear between`() throws {
        let values: [Float] = [0, 0.25, 0.5, 0.75, 1, 1 / 255]
        let image = try written(.grey(values, height: 2, width: 3))
        #expect((image.width, image.height) == (3, 2))
        #expect(pixels(of: image) == ([0, 64, 128, 191, 255, 1] as [UInt8]).map { [$0, $0, $0] })
    }

    @Test func `what is beyond the scale has the colour of its end, and what is no number that of 0`() throws {
        let values: [Float] = [-1, 2, .infinity, -.infinity, .nan, -.nan]
        let image = try written(.grey(values, height: 1, width: 6))
        #expect(pixels(of: image).map { $0[0] } == [0, 255, 255, 0, 0, 0])
    }

    /// The first, middle and last colour of matplotlib's viridis, and the mean of its first two of nine.
    @Test func `errors have the colours of viridis, scaled to the largest`() throws {
        let image = try written(.error([0, 0.25, 0.5, 1, 0.03125], height: 5, width: 1, largest: 0.5))
        #expect(
            pixels(of: image) == [[68, 1, 84], [33, 145, 140], [253, 231, 37], [253, 231, 37], [70, 23, 104]])
    }

    @Test(arguments: [0, -1, Float.nan])
    func `without any error all is the colour of 0`(largest: Float) throws {
        let image = try written(.error([0, 1], height: 1, width: 2, largest: largest))
        #expect(pixels(of: image) == [[68, 1, 84], [68, 1, 84]])
    }

    @Test func `errors grow lighter all the way`() throws {
        let image = try written(.error((0..<256).map { Float($0) / 255 }, height: 16, width: 16, largest: 1))
        let light = pixels(of: image).map { 0.2126 * Double($0[0]) + 0.7152 * Double($0[1]) + 0.0722 * Double($0[2]) }
        #expect(zip(light, light.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(Set(light).count > 200)
    }

    @Test func `a place that cannot be written is named`() throws {
        let error = try #require(throws: DataError.self) {
            try HeatMap.grey([0], height: 1, width: 1).write(to: URL(filePath: "/no/such/folder/map.png"))
        }
        #expect(error.description.hasPrefix("/no/such/folder/map.png cannot be written: "))
    }
}
