import Experiments
import Testing

@Suite("Case-study sheet")
struct CaseStudySheetTests {
    private func sheet(image: RGBImage?, predictions: [[Float]?]) -> RGBImage {
        CaseStudySheet(
            models: predictions.indices.map { "model \($0)" },
            rows: [
                CaseStudySheet.Row(
                    labels: ["natural 0", "a file with a name that is much too long.jpg"], image: image,
                    target: .horizontal, predictions: predictions)
            ], stripes: .unit
        ).picture
    }

    private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
        Array(image.bytes[3 * (y * image.width + x)..<3 * (y * image.width + x) + 3])
    }

    /// A column of labels, then squares of 128 with gaps of 6, below two lines of titles.
    @Test func `image, truth, prediction and error stand side by side`() {
        let red = RGBImage(width: 2, height: 2, bytes: [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0])
        let perfect = PositionMap.horizontal.values(side: 128, stripes: .unit)
        let picture = sheet(image: red, predictions: [perfect, nil])
        #expect((picture.width, picture.height) == (132 + 6 * 134 + 6, 28 + 134 + 6))
        let y = 28 + 64
        #expect(pixel(picture, 132 + 5, y) == [255, 0, 0])
        #expect(pixel(picture, 132 + 134, y) == [0, 0, 0])
        #expect(pixel(picture, 132 + 134 + 127, y) == [255, 255, 255])
        #expect(pixel(picture, 132 + 2 * 134 + 127, y) == [255, 255, 255])
        // No error is the darkest colour of viridis; a model without a map leaves its squares white.
        #expect(pixel(picture, 132 + 3 * 134 + 64, y) == [68, 1, 84])
        #expect(pixel(picture, 132 + 4 * 134 + 64, y) == [255, 255, 255])
    }

    @Test func `an image that is not at hand is a grey square`() {
        #expect(pixel(sheet(image: nil, predictions: []), 132 + 64, 28 + 64) == [224, 224, 224])
    }

    @Test func `labels are drawn and stay in their column`() {
        let picture = sheet(image: nil, predictions: [])
        let black = (0..<132).filter { x in (28..<50).contains { y in pixel(picture, x, y) == [0, 0, 0] } }
        #expect(black.count > 60)
        #expect((black.max() ?? 0) < 132 - 6)
    }
}
