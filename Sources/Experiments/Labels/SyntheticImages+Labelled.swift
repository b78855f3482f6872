extension SyntheticImages {
    /// Leaves with one striped shape on them, which is what is salient.
    ///
    /// The shape's centre lies anywhere in the image, so that borders cut many shapes off; its radius is from an eighth to a third of the
    /// side. Leaves have outlines like it, but no stripes.
    package static func salientShape(index: Int, seed: Int, size: Int) -> LabelledImage {
        var stream = RandomStream(seed: seed, name: "salient.\(index)")
        var scene = Scene(leaves: index, seed: seed, size: size)
        let shape = scene.place(SceneShape.allCases[stream.integer(below: SceneShape.allCases.count)], &stream)
        scene.paint(shape, label: 1, &stream)
        return scene.labelled
    }

    /// Leaves with two to four striped shapes on them; a pixel's class is its shape's outline, 0 the leaves.
    package static func shapeClasses(index: Int, seed: Int, size: Int) -> LabelledImage {
        var stream = RandomStream(seed: seed, name: "shapes.\(index)")
        var scene = Scene(leaves: index, seed: seed, size: size)
        for _ in 0..<2 + stream.integer(below: 3) {
            let kind = stream.integer(below: SceneShape.allCases.count)
            let shape = scene.place(SceneShape.allCases[kind], &stream)
            scene.paint(shape, label: UInt8(kind + 1), &stream)
        }
        return scene.labelled
    }

    /// One texture all over, whose kind is the image's class.
    package static func texture(index: Int, seed: Int, size: Int) -> LabelledImage {
        var stream = RandomStream(seed: seed, name: "texture.\(index)")
        let kind = stream.integer(below: SceneTexture.Kind.allCases.count)
        let texture = SceneTexture(SceneTexture.Kind.allCases[kind], periods: 4...12, from: &stream)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size * size * 3)
        for y in 0..<size {
            for x in 0..<size {
                let colour = texture.colour(x: x, y: y, &stream)
                bytes += [colour.0, colour.1, colour.2]
            }
        }
        return LabelledImage(image: RGBImage(width: size, height: size, bytes: bytes), labels: [UInt8(kind)])
    }
}

/// Leaves, and what is painted over them.
private struct Scene {
    private let size: Int
    private var bytes: [UInt8]
    private var labels: [UInt8]

    init(leaves index: Int, seed: Int, size: Int) {
        self.size = size
        bytes = SyntheticImages.leaves(index: index, seed: seed, size: size).bytes
        labels = [UInt8](repeating: 0, count: size * size)
    }

    var labelled: LabelledImage {
        LabelledImage(image: RGBImage(width: size, height: size, bytes: bytes), labels: labels)
    }

    func place(_ shape: SceneShape, _ stream: inout RandomStream) -> PlacedShape {
        let side = Double(size)
        return PlacedShape(
            shape: shape, centre: (stream.uniform() * side, stream.uniform() * side),
            radius: side * (0.125 + 0.2 * stream.uniform()), axis: stream.direction())
    }

    mutating func paint(_ shape: PlacedShape, label: UInt8, _ stream: inout RandomStream) {
        let texture = SceneTexture(.stripes, periods: 5...8, from: &stream)
        for y in 0..<size {
            for x in 0..<size where shape.contains(x: x, y: y) {
                let (pixel, colour) = (y * size + x, texture.colour(x: x, y: y, &stream))
                (bytes[3 * pixel], bytes[3 * pixel + 1], bytes[3 * pixel + 2]) = colour
                labels[pixel] = label
            }
        }
    }
}
