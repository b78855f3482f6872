package import ConvEngine

/// A frozen network whose feature maps are tapped at several depths, f_enc in the paper.
package protocol Encoder: Sendable {
    /// What can be tapped, from the image on.
    var stages: [EncoderStage] { get }

    /// The shape of one stage for images of this shape.
    ///
    /// - Throws: `ShapeError` where the images are too small for the network up to this stage.
    func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape

    /// Computes one stage from what the stage before handed on, the first one from the images.
    ///
    /// - Parameters:
    ///   - stage: The stage's place among all, from 0.
    ///   - maps: What the stage before handed on.
    ///   - isLast: Whether nobody needs what comes behind this stage.
    ///   - team: Threads that share the work of each layer; without them the calling one does it alone.
    /// - Returns: The tapped maps, and what the next stage begins with.
    func stage(_ stage: Int, from maps: Tensor, isLast: Bool, team: ImageTeam?) -> (tapped: Tensor, next: Tensor)
}

extension Encoder {
    /// Hands over each stage of some images as soon as it is computed, up to the last one asked for.
    ///
    /// Shallow stages take one image after another: their maps are large and fit a cache one at a time. Deep stages have small
    /// maps and many weights, which are read once for all images.
    ///
    /// - Parameters:
    ///   - images: The images, `[images, height, width, 3]`.
    ///   - last: The number of the last stage that is needed.
    ///   - team: Threads that share the work of each layer.
    ///   - visit: Receives the stage's number, the first of the images whose maps it gets, and the maps.
    package func visitStages(
        of images: Tensor, through last: Int, team: ImageTeam?, _ visit: (Int, Int, Tensor) -> Void
    ) {
        let places = stages.indices.filter { stages[$0].number <= last }
        let shallow = places.prefix { stages[$0].isShallow }
        func run(_ places: some Sequence<Int>, from maps: Tensor, image: Int) -> Tensor {
            places.reduce(maps) { maps, place in
                let (tapped, next) = stage(place, from: maps, isLast: stages[place].number == last, team: team)
                visit(stages[place].number, image, tapped)
                return next
            }
        }
        if images.shape.images == 1 {
            _ = run(places, from: images, image: 0)
            return
        }
        let deep = (0..<images.shape.images).map { run(shallow, from: images[image: $0], image: $0) }
        guard shallow.count < places.count else { return }
        _ = run(places.dropFirst(shallow.count), from: Tensor(stacking: deep), image: 0)
    }
}

/// A tapped feature map, f1…f5 in the paper.
package struct EncoderStage: Hashable, Sendable {
    /// Counted from 1; 0 is a ResNet's stem, which the authors do not tap.
    package let number: Int
    package let channels: Int
    /// Whether its maps are large and its weights few.
    package let isShallow: Bool

    package init(number: Int, channels: Int, isShallow: Bool) {
        self.number = number
        self.channels = channels
        self.isShallow = isShallow
    }
}

/// No encoder: its one stage is the image itself, "PosENet" in the paper's tables.
package struct RawImage: Encoder, EncoderArchitecture {
    let name = "none"
    package let stages = [EncoderStage(number: 1, channels: 3, isShallow: false)]

    package init() {}

    func layers(imageSide: Int) -> [[LayerAtWork]] { [[]] }

    func network(_ makers: EncoderLayers<some EncoderWeights>) -> any Encoder { self }

    package func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape { images }

    package func stage(
        _ stage: Int, from maps: Tensor, isLast: Bool, team: ImageTeam?
    ) -> (tapped: Tensor, next: Tensor) {
        (maps, maps)
    }
}
