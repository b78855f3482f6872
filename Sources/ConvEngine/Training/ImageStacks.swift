/// The images of several stacks, counted through.
///
/// A batch is handed about in as many stacks as suit its threads. Whoever adds something up over its images does so image by
/// image in this order, and so how they are stacked changes no bit.
struct ImageStacks: Sendable {
    /// The shape of one image.
    let shape: Shape
    private let stacks: [Tensor]
    private let places: [(stack: Int, image: Int)]

    /// - Precondition: There is a stack, and the images are of one shape.
    init(_ stacks: [Tensor]) {
        let first = stacks[0].shape
        shape = Shape(images: 1, height: first.height, width: first.width, channels: first.channels)
        precondition(
            stacks.map(\.shape).allSatisfy {
                ($0.height, $0.width, $0.channels) == (first.height, first.width, first.channels)
            }, "images of several shapes in one batch")
        self.stacks = stacks
        places = stacks.indices.flatMap { stack in (0..<stacks[stack].shape.images).map { (stack, $0) } }
    }

    var count: Int { places.count }

    /// Lends the values of one image; the pointer must not leave the closure.
    func withImage(_ number: Int, _ body: (UnsafePointer<Float>) -> Void) {
        let (stack, image) = places[number]
        stacks[stack].withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            body(values + image * shape.count)
        }
    }
}
