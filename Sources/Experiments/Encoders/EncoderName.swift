/// A network whose features can be read, by the name that sweep files give it.
package struct EncoderName: RawRepresentable, CaseIterable, Codable, Hashable, Sendable {
    /// Every encoder, in the order in which help and messages list them.
    ///
    /// A new one is a line here.
    private static let catalogue: [any EncoderArchitecture] = [
        [RawImage()],
        VGG.variants,
        ResNet.variants,
    ].flatMap(\.self)

    /// Its place in the catalogue: a byte, since a sweep of a million trials has as many settings.
    private let place: UInt8

    private init(place: Int) { self.place = UInt8(place) }

    package init?(rawValue: String) {
        guard let place = Self.catalogue.firstIndex(where: { $0.name == rawValue }) else { return nil }
        self.init(place: place)
    }

    package var rawValue: String { architecture.name }

    /// What there is to know of it.
    var architecture: any EncoderArchitecture { Self.catalogue[Int(place)] }

    package static let allCases = catalogue.indices.map(EncoderName.init(place:))

    // The standard library would compare and hash the texts.
    package static func == (one: EncoderName, other: EncoderName) -> Bool { one.place == other.place }
    package func hash(into hasher: inout Hasher) { hasher.combine(place) }
}

extension EncoderName: CustomStringConvertible {
    package var description: String { rawValue }
}

/// Those that this program and its tests name.
extension EncoderName {
    /// The raw image, "PosENet" in the paper's tables.
    package static let none = known("none")
    package static let (vgg5, vgg5_bn) = (known("vgg5"), known("vgg5_bn"))
    package static let (vgg16, vgg16_bn) = (known("vgg16"), known("vgg16_bn"))
    package static let (vgg19, vgg19_bn) = (known("vgg19"), known("vgg19_bn"))
    package static let (resnet50, resnet101, resnet152) = (known("resnet50"), known("resnet101"), known("resnet152"))

    private static func known(_ name: String) -> EncoderName {
        guard let encoder = EncoderName(rawValue: name) else { preconditionFailure("no encoder is called \(name)") }
        return encoder
    }
}
