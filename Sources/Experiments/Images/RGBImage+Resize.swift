extension RGBImage {
    /// The image at another size, as Pillow's `resize(…, BILINEAR)` gives it, byte for byte.
    ///
    /// That is what torchvision does to a Pillow image, and so what the authors did: a triangle filter that widens when
    /// the image shrinks, along the rows and along the columns, in fixed point with 8 bits in between.
    ///
    /// - Note: The order of the two is Pillow 13's. Earlier ones, the authors' too, always began with the rows. Where the
    ///   height shrinks by more than twice what the width does, some pixels then differ by one of 255 levels.
    package func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
        let startsWithColumns = newHeight < height && height - newHeight > 2 * (width - newWidth)
        return startsWithColumns
            ? resampledColumns(to: newHeight).resampledRows(to: newWidth)
            : resampledRows(to: newWidth).resampledColumns(to: newHeight)
    }

    private func resampledRows(to newWidth: Int) -> RGBImage {
        guard newWidth != width else { return self }
        let filter = ResampleFilter(from: width, to: newWidth)
        var result = [UInt8](repeating: 0, count: newWidth * height * 3)
        for row in 0..<height {
            for (column, window) in filter.windows.enumerated() {
                let start = (row * width + window.first) * 3
                for channel in 0..<3 {
                    var sum = ResampleFilter.half
                    for (tap, weight) in window.weights.enumerated() {
                        sum += Int(bytes[start + tap * 3 + channel]) * weight
                    }
                    result[(row * newWidth + column) * 3 + channel] = ResampleFilter.byte(sum)
                }
            }
        }
        return RGBImage(width: newWidth, height: height, bytes: result)
    }

    private func resampledColumns(to newHeight: Int) -> RGBImage {
        guard newHeight != height else { return self }
        let filter = ResampleFilter(from: height, to: newHeight)
        let lineBytes = width * 3
        var result: [UInt8] = []
        result.reserveCapacity(newHeight * lineBytes)
        var sums = [Int](repeating: 0, count: lineBytes)
        for window in filter.windows {
            for index in sums.indices { sums[index] = ResampleFilter.half }
            for (tap, weight) in window.weights.enumerated() {
                let start = (window.first + tap) * lineBytes
                for index in sums.indices { sums[index] += Int(bytes[start + index]) * weight }
            }
            result.append(contentsOf: sums.map(ResampleFilter.byte))
        }
        return RGBImage(width: width, height: newHeight, bytes: result)
    }
}

/// Which pixels make up each new pixel along one axis, and with which weights.
struct ResampleFilter {
    struct Window {
        let first: Int
        /// In units of 2⁻²².
        let weights: [Int]
    }

    let windows: [Window]

    private static let precision = 22
    static let half = 1 << (precision - 1)

    static func byte(_ sum: Int) -> UInt8 {
        UInt8(clamping: sum >> precision)
    }

    init(from size: Int, to newSize: Int) {
        let scale = Double(size) / Double(newSize)
        let support = max(scale, 1)
        windows = (0..<newSize).map { position in
            let centre = (Double(position) + 0.5) * scale
            let first = max(0, Int(centre - support + 0.5))
            let end = min(size, Int(centre + support + 0.5))
            let raw = (first..<end).map { pixel in
                max(0, 1 - abs((Double(pixel) - centre + 0.5) * (1 / support)))
            }
            let total = raw.reduce(0, +)
            let unit = Double(1 << Self.precision)
            return Window(first: first, weights: raw.map { Int(($0 / total * unit + 0.5).rounded(.down)) })
        }
    }
}
