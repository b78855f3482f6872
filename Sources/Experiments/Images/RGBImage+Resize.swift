extension RGBImage {
    /// The image at another size, as Pillow's `resize(…, BILINEAR)` gives it, byte for byte.
    ///
    /// That is what torchvision does to a Pillow image, and so what the authors did: a triangle filter that widens when
    /// the image shrinks, first along the rows and then along the columns, in fixed point with 8 bits in between.
    package func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
        var image = self
        if newWidth != width { image = image.resampledRows(ResampleFilter(from: width, to: newWidth)) }
        if newHeight != height { image = image.resampledColumns(ResampleFilter(from: height, to: newHeight)) }
        return image
    }

    private func resampledRows(_ filter: ResampleFilter) -> RGBImage {
        let newWidth = filter.windows.count
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

    private func resampledColumns(_ filter: ResampleFilter) -> RGBImage {
        let lineBytes = width * 3
        var result: [UInt8] = []
        result.reserveCapacity(filter.windows.count * lineBytes)
        var sums = [Int](repeating: 0, count: lineBytes)
        for window in filter.windows {
            for index in sums.indices { sums[index] = ResampleFilter.half }
            for (tap, weight) in window.weights.enumerated() {
                let start = (window.first + tap) * lineBytes
                for index in sums.indices { sums[index] += Int(bytes[start + index]) * weight }
            }
            result.append(contentsOf: sums.map(ResampleFilter.byte))
        }
        return RGBImage(width: width, height: filter.windows.count, bytes: result)
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
