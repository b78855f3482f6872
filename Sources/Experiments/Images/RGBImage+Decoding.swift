package import Foundation

extension RGBImage {
    /// The image in a JPEG or PNG file, upright.
    ///
    /// What the file is, its first bytes say, and not its name. Its size is checked in its header, before it is decoded.
    ///
    /// - Throws: `DataError` that names the file and what is wrong with it.
    package init(decoding file: URL) throws(DataError) {
        let data = try FileReading.bytes(of: file, atMost: ImageLimits.fileBytes)
        if data.starts(with: [0xff, 0xd8, 0xff]) {
            let image = try RGBImage(jpeg: data, path: file.path)
            self = image.upright(ExifOrientation(jpeg: data))
        } else if data.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = try RGBImage(png: data, path: file.path)
        } else {
            throw .notAnImage(file.path, cause: "it is neither JPEG nor PNG, whatever its name says")
        }
    }
}
