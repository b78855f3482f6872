extension SyntheticImages {
    /// A dead-leaves image: opaque shapes that fall upon one another until no ground is seen.
    ///
    /// With a power law of sizes, the density of radii falling as r⁻³, such images are scale-invariant and share the
    /// statistics of photographs: edges, occlusion, and a power spectrum that falls with about the square of the
    /// frequency (Lee, Mumford and Huang 2001). Shapes fall on a square that is larger than the image by the reach
    /// of the largest one, so nothing tells where in the image a pixel is.
    package static func leaves(index: Int, seed: Int, size: Int) -> RGBImage {
        var canvas = LeafCanvas(size: size)
        var stream = RandomStream(seed: seed, name: "leaves.\(index)")
        while canvas.uncovered > 0 { canvas.add(Leaf(from: &stream, size: Double(size))) }
        return RGBImage(width: size, height: size, bytes: canvas.bytes)
    }
}

/// One shape: an ellipse or a rectangle with a colour that changes a little across it.
private struct Leaf {
    let centre: (x: Double, y: Double)
    /// Half of its extents, along its own axes.
    let radii: (Double, Double)
    /// The direction of its first axis, of length 1.
    let axis: (x: Double, y: Double)
    let isEllipse: Bool
    let colour: (Double, Double, Double)
    /// How much brighter it is at one end of each axis than in the middle.
    let shade: (Double, Double)

    /// Draws a leaf for an image of this side; radii from a hundredth to a third of it.
    init(from stream: inout RandomStream, size: Double) {
        let (smallest, largest) = (max(1, size * 0.01), size * 0.33)
        // The inverse of the distribution with density r⁻³ between the two.
        let (high, low) = (1 / (smallest * smallest), 1 / (largest * largest))
        let radius = 1 / (low + (high - low) * stream.uniform()).squareRoot()
        let aspect = 0.4 + 0.6 * stream.uniform()
        radii = (radius, radius * aspect)
        // As far outside as a corner of the largest rectangle reaches.
        let margin = 1.42 * max(smallest, largest)
        centre = (
            x: -margin + stream.uniform() * (size + 2 * margin),
            y: -margin + stream.uniform() * (size + 2 * margin)
        )
        axis = stream.direction()
        isEllipse = stream.uniform() < 0.5
        let grey = stream.uniform()
        func channel() -> Double { 255 * (0.75 * grey + 0.25 * stream.uniform()) }
        colour = (channel(), channel(), channel())
        shade = (60 * stream.uniform() - 30, 60 * stream.uniform() - 30)
    }

    /// A place relative to the leaf, in units of its radii; nil outside it.
    func place(_ x: Double, _ y: Double) -> (Double, Double)? {
        let (dx, dy) = (x - centre.x, y - centre.y)
        let (u, v) = ((dx * axis.x + dy * axis.y) / radii.0, (dy * axis.x - dx * axis.y) / radii.1)
        let isInside = isEllipse ? u * u + v * v <= 1 : abs(u) <= 1 && abs(v) <= 1
        return isInside ? (u, v) : nil
    }
}

/// The image as it fills: the first leaf to reach a pixel is the one on top.
private struct LeafCanvas {
    let size: Int
    private(set) var bytes: [UInt8]
    private(set) var uncovered: Int
    private var isCovered: [Bool]

    init(size: Int) {
        self.size = size
        bytes = [UInt8](repeating: 0, count: size * size * 3)
        isCovered = [Bool](repeating: false, count: size * size)
        uncovered = size * size
    }

    /// Lays a leaf under those that lie already.
    mutating func add(_ leaf: Leaf) {
        let reach = (leaf.radii.0 * leaf.radii.0 + leaf.radii.1 * leaf.radii.1).squareRoot()
        let rows = range(around: leaf.centre.y, reach)
        let columns = range(around: leaf.centre.x, reach)
        for row in rows {
            for column in columns where !isCovered[row * size + column] {
                guard let (u, v) = leaf.place(Double(column), Double(row)) else { continue }
                let pixel = row * size + column
                let light = leaf.shade.0 * u + leaf.shade.1 * v
                bytes[pixel * 3] = Self.byte(leaf.colour.0 + light)
                bytes[pixel * 3 + 1] = Self.byte(leaf.colour.1 + light)
                bytes[pixel * 3 + 2] = Self.byte(leaf.colour.2 + light)
                isCovered[pixel] = true
                uncovered -= 1
            }
        }
    }

    private func range(around centre: Double, _ reach: Double) -> Range<Int> {
        let first = max(0, Int((centre - reach).rounded(.up)))
        return first..<max(first, min(size, Int((centre + reach).rounded(.down)) + 1))
    }

    private static func byte(_ value: Double) -> UInt8 {
        UInt8(clamping: Int(value.rounded()))
    }
}
