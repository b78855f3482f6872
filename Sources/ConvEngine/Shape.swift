/// How many images a tensor holds, and how large they are: `[images, height, width, channels]`.
package struct Shape: Hashable, Sendable {
    package let images: Int
    package let height: Int
    package let width: Int
    package let channels: Int

    /// A shape of these extents.
    ///
    /// - Precondition: No extent is negative, and the product fits in memory.
    package init(images: Int, height: Int, width: Int, channels: Int) {
        var count = 1
        for extent in [images, height, width, channels] {
            precondition(extent >= 0, "an extent of a shape is negative")
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            precondition(!overflow && product <= Self.largestCount, "a shape is too large for memory")
            count = product
        }
        (self.images, self.height, self.width, self.channels) = (images, height, width, channels)
    }

    /// The number of values.
    package var count: Int { images * height * width * channels }

    /// The number of positions in one image.
    package var pixels: Int { height * width }

    /// 2^40 values are 4 TiB.
    private static let largestCount = 1 << 40
}

extension Shape: CustomStringConvertible {
    package var description: String { "[\(images), \(height), \(width), \(channels)]" }
}
