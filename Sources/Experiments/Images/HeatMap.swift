package import Foundation

/// A map of figures as a picture.
package struct HeatMap: Hashable, Sendable {
    package let image: RGBImage

    /// Black for 0, white for 1.
    package static func grey(_ values: [Float], height: Int, width: Int) -> HeatMap {
        HeatMap(values, height: height, width: width) { value in
            let byte = UInt8(clamping: Int((clamped(value) * 255).rounded()))
            return (byte, byte, byte)
        }
    }

    /// Dark blue for 0 over green to yellow for the largest value, in steps that look alike everywhere.
    ///
    /// The colours are those of viridis (van der Walt and Smith 2015), interpolated between nine of them.
    package static func error(_ values: [Float], height: Int, width: Int, largest: Float) -> HeatMap {
        HeatMap(values, height: height, width: width) { value in
            let place = Double(clamped(largest > 0 ? value / largest : 0)) * Double(viridis.count - 1)
            let index = min(Int(place), viridis.count - 2)
            let share = place - Double(index)
            let (low, high) = (viridis[index], viridis[index + 1])
            func mix(_ a: Double, _ b: Double) -> UInt8 { UInt8(clamping: Int((a + (b - a) * share).rounded())) }
            return (mix(low.0, high.0), mix(low.1, high.1), mix(low.2, high.2))
        }
    }

    private static let viridis: [(Double, Double, Double)] = [
        (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140), (40, 174, 128), (94, 201, 98),
        (173, 220, 48), (253, 231, 37),
    ]

    private init(_ values: [Float], height: Int, width: Int, _ colour: (Float) -> (UInt8, UInt8, UInt8)) {
        image = RGBImage(
            width: width, height: height,
            bytes: values.flatMap { value in
                let (red, green, blue) = colour(value)
                return [red, green, blue]
            })
    }

    private static func clamped(_ value: Float) -> Float { value.isNaN ? 0 : min(1, max(0, value)) }

    /// Writes the picture as a PNG file.
    ///
    /// - Throws: `DataError.unwritable`.
    package func write(to file: URL) throws(DataError) {
        try image.write(to: file)
    }
}
