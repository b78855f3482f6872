package import ConvEngine
import Crypto

/// A decoded image: 8 bits for each of red, green and blue, row by row.
package struct RGBImage: Hashable, Sendable {
    package let width: Int
    package let height: Int
    package let bytes: [UInt8]

    /// - Precondition: There are three bytes for each pixel.
    package init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(bytes.count == width * height * 3, "the bytes do not fill the image")
        self.width = width
        self.height = height
        self.bytes = bytes
    }
}

/// An image as an encoder takes it: red, green and blue of each pixel in [0, 1], row by row.
package struct PixelImage: Hashable, Sendable {
    package let height: Int
    package let width: Int
    /// `height · width · 3` values.
    package let values: [Float]
    /// SHA-256 of the image's 8-bit values.
    package let sha256: [UInt8]

    /// The image divided by 255, as torchvision's `ToTensor` does.
    package init(_ image: RGBImage) {
        height = image.height
        width = image.width
        values = image.bytes.map { Float($0) / 255 }
        sha256 = Array(SHA256.hash(data: image.bytes))
    }

    /// The image as the encoder takes it, `[1, height, width, 3]`.
    package var tensor: Tensor {
        Tensor(Shape(images: 1, height: height, width: width, channels: 3), values: values)
    }
}
