package import Foundation

/// The paper's case-study figure: images with the truth, and each model's prediction and error, side by side with labels.
package struct CaseStudySheet: Sendable {
    /// One image and one target.
    package struct Row: Sendable {
        /// What the row shows, a line each.
        package let labels: [String]
        /// Nil where the image is not at hand.
        package let image: RGBImage?
        package let target: PositionMap
        /// Each model's prediction, at the readout's resolution; nil where there is none.
        package let predictions: [[Float]?]

        package init(labels: [String], image: RGBImage?, target: PositionMap, predictions: [[Float]?]) {
            self.labels = labels
            self.image = image
            self.target = target
            self.predictions = predictions
        }
    }

    private let models: [String]
    private let rows: [Row]
    private let stripes: StripeRange

    /// The side of a picture, and the gap between two.
    private static let (side, gap) = (128, 6)
    private static let labelWidth = 22 * GlyphFont.advance
    private static let headerHeight = 2 * (GlyphFont.height + 4) + gap
    /// The error that is drawn in the brightest colour.
    private static let largestError: Float = 0.5

    /// - Parameters:
    ///   - models: The names of the models, in the order of each row's predictions.
    ///   - rows: The rows from top to bottom.
    ///   - stripes: The values between which HS and VS swing.
    package init(models: [String], rows: [Row], stripes: StripeRange) {
        self.models = models
        self.rows = rows
        self.stripes = stripes
    }

    /// The sheet as a picture.
    package var picture: RGBImage {
        let columns = 2 + 2 * models.count
        var canvas = Canvas(
            width: Self.labelWidth + columns * (Self.side + Self.gap) + Self.gap,
            height: Self.headerHeight + rows.count * (Self.side + Self.gap) + Self.gap)
        let titles = ["image", "truth"] + models.flatMap { _ in ["prediction", "error"] }
        for (column, title) in titles.enumerated() {
            canvas.draw(title, x: x(column), y: Self.gap + GlyphFont.height + 4, width: Self.side)
        }
        for (number, model) in models.enumerated() {
            canvas.draw(model, x: x(2 + 2 * number), y: Self.gap, width: 2 * Self.side + Self.gap)
        }
        for (number, row) in rows.enumerated() {
            let y = Self.headerHeight + number * (Self.side + Self.gap)
            for (line, label) in row.labels.enumerated() {
                canvas.draw(
                    label, x: Self.gap, y: y + line * (GlyphFont.height + 4), width: Self.labelWidth - 2 * Self.gap)
            }
            draw(row, at: y, on: &canvas)
        }
        return canvas.image
    }

    /// Writes the sheet as a PNG file.
    ///
    /// - Throws: `DataError.unwritable`.
    package func write(to file: URL) throws(DataError) {
        try picture.write(to: file)
    }

    private func draw(_ row: Row, at y: Int, on canvas: inout Canvas) {
        if let image = row.image {
            canvas.draw(image.resized(width: Self.side, height: Self.side), x: x(0), y: y)
        } else {
            canvas.fill(x: x(0), y: y, side: Self.side)
            canvas.draw("not here", x: x(0) + Self.gap, y: y + Self.gap, width: Self.side)
        }
        let truth = row.target.values(side: Self.side, stripes: stripes)
        func shown(_ values: [Float]) -> [Float] {
            stripes == .signed && row.target.isStriped ? values.map { ($0 + 1) / 2 } : values
        }
        canvas.draw(HeatMap.grey(shown(truth), height: Self.side, width: Self.side).image, x: x(1), y: y)
        for (number, prediction) in row.predictions.enumerated() {
            guard let prediction else { continue }
            let small = Int(Double(prediction.count).squareRoot().rounded())
            let map = BilinearResize(from: small, to: Self.side)(prediction)
            canvas.draw(
                HeatMap.grey(shown(map), height: Self.side, width: Self.side).image, x: x(2 + 2 * number), y: y)
            let error = zip(map, truth).map { abs($0 - $1) }
            let picture = HeatMap.error(error, height: Self.side, width: Self.side, largest: Self.largestError)
            canvas.draw(picture.image, x: x(3 + 2 * number), y: y)
        }
    }

    private func x(_ column: Int) -> Int { Self.labelWidth + column * (Self.side + Self.gap) }
}

/// A white picture to draw on.
private struct Canvas {
    private let width: Int
    private let height: Int
    private var bytes: [UInt8]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        bytes = [UInt8](repeating: 255, count: 3 * width * height)
    }

    var image: RGBImage { RGBImage(width: width, height: height, bytes: bytes) }

    mutating func draw(_ image: RGBImage, x: Int, y: Int) {
        for row in 0..<image.height {
            let place = 3 * ((y + row) * width + x)
            bytes.replaceSubrange(
                place..<place + 3 * image.width, with: image.bytes[3 * row * image.width..<3 * (row + 1) * image.width])
        }
    }

    mutating func fill(x: Int, y: Int, side: Int) {
        for row in y..<y + side {
            for byte in 3 * (row * width + x)..<3 * (row * width + x + side) { bytes[byte] = 224 }
        }
    }

    /// Draws a line of text, cut where it would be wider than allowed.
    mutating func draw(_ text: String, x: Int, y: Int, width allowed: Int) {
        let most = allowed / GlyphFont.advance
        let shown = text.count > most ? text.prefix(max(0, most - 1)) + "…" : text[...]
        for (number, character) in shown.enumerated() {
            for (row, bits) in GlyphFont.rows(of: character).enumerated() {
                for column in 0..<GlyphFont.width where bits >> UInt8(GlyphFont.width - 1 - column) & 1 == 1 {
                    let place = 3 * ((y + row) * width + x + number * GlyphFont.advance + column)
                    for channel in 0..<3 { bytes[place + channel] = 0 }
                }
            }
        }
    }
}
