package import Foundation

extension RGBImage {
    /// The image in a JPEG or PNG file, upright.
    ///
    /// What the file is, its first bytes say, and not its name. Its size is checked in its header, before it is decoded.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - name: What errors call it; nil for its path.
    /// - Throws: `DataError` that names the file and what is wrong with it.
    package init(decoding file: URL, named name: String? = nil) throws(DataError) {
        let data = try FileReading.bytes(of: file, atMost: ImageLimits.fileBytes)
        let name = name ?? file.path
        if Self.isJPEG(data) {
            let image = try RGBImage(jpeg: data, path: name)
            self = image.upright(ExifOrientation(jpeg: data))
        } else if Self.isPNG(data) {
            self = try RGBImage(png: data, path: name)
        } else {
            throw .notAnImage(name, cause: "it is neither JPEG nor PNG, whatever its name says")
        }
    }

    /// Whether a file that begins so may be an image.
    package static func isImage(_ start: Data) -> Bool { isJPEG(start) || isPNG(start) }

    private static func isJPEG(_ data: Data) -> Bool { data.starts(with: [0xff, 0xd8, 0xff]) }

    static func isPNG(_ data: Data) -> Bool {
        data.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    }
}
