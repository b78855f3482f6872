package import ConvEngine

/// A frozen network whose feature maps are tapped at several depths, f_enc in the paper.
package protocol Encoder: Sendable {
    /// What can be tapped, from the image on.
    static var stages: [EncoderStage] { get }

    /// The shape of one stage for images of this shape.
    ///
    /// - Throws: `ShapeError` where the images are too small for the network up to this stage.
    func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape

    /// Hands over each stage of some images as soon as it is computed, up to the last one asked for.
    ///
    /// - Parameters:
    ///   - images: The images, `[images, height, width, 3]`.
    ///   - last: The number of the last stage that is needed.
    ///   - visit: Receives the stage's number and its maps.
    func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void)
}

extension Encoder {
    package var stages: [EncoderStage] { Self.stages }
}

/// A tapped feature map, f1…f5 in the paper.
package struct EncoderStage: Hashable, Sendable {
    /// Counted from 1; 0 is a ResNet's stem, which the authors do not tap.
    package let number: Int
    package let channels: Int

    package init(number: Int, channels: Int) {
        self.number = number
        self.channels = channels
    }
}

/// No encoder: its one stage is the image itself, "PosENet" in the paper's tables.
package struct RawImage: Encoder {
    package static let stages = [EncoderStage(number: 1, channels: 3)]

    package init() {}

    package func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape { images }

    package func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void) {
        visit(1, images)
    }
}
