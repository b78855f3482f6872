package import ConvEngine

/// A frozen network whose feature maps are tapped at several depths, f_enc in the paper.
package protocol Encoder: Sendable {
    /// The channels of each stage, f1 first.
    var stageChannels: [Int] { get }

    /// The shapes of the stages for images of this shape.
    ///
    /// - Throws: `ShapeError` where the images are too small for the network.
    func stageShapes(for images: Shape) throws(ShapeError) -> [Shape]

    /// Hands over each stage of some images as soon as it is computed, up to the last one asked for.
    ///
    /// - Parameters:
    ///   - images: The images, `[images, height, width, 3]`.
    ///   - last: The number of the last stage that is needed, counted from 1.
    ///   - visit: Receives the stage's number and its maps.
    func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void)
}

/// No encoder: its one stage is the image itself, "PosENet" in the paper's tables.
package struct RawImage: Encoder {
    package let stageChannels = [3]

    package init() {}

    package func stageShapes(for images: Shape) throws(ShapeError) -> [Shape] { [images] }

    package func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void) {
        visit(1, images)
    }
}
