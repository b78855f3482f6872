import CPNG
import Foundation

extension RGBImage {
    /// Decodes a PNG of any kind: grey, palette, colour, 16 bits, interlaced; transparency is dropped.
    init(png data: Data, path: String) throws(DataError) {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        defer { unsafe png_image_free(&image) }
        let file = Self.criticalChunks(of: [UInt8](data))
        // The file's bytes are read again by the call that decodes, so both stand in one scope.
        let result: Result<[UInt8], DataError> = unsafe file.withUnsafeBytes { file in
            guard unsafe png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
                return .failure(.notAnImage(path, cause: unsafe Self.message(of: &image)))
            }
            do throws(DataError) {
                try ImageLimits.check(width: unsafe Int(image.width), height: unsafe Int(image.height), of: path)
            } catch {
                return .failure(error)
            }
            // Alpha is read and dropped below: without it libpng would mix the colours with a background.
            unsafe image.format = PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA
            unsafe image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
            var pixels = unsafe [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * 4)
            guard unsafe png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else {
                return .failure(.notAnImage(path, cause: unsafe Self.message(of: &image)))
            }
            return .success(pixels)
        }
        let rgba = try result.get()
        var bytes = [UInt8](repeating: 0, count: rgba.count / 4 * 3)
        for pixel in 0..<rgba.count / 4 {
            for channel in 0..<3 { bytes[pixel * 3 + channel] = rgba[pixel * 4 + channel] }
        }
        self.init(width: unsafe Int(image.width), height: unsafe Int(image.height), bytes: bytes)
    }

    /// The PNG without the chunks that its pixels can do without: texts, profiles, gammas, transparency.
    ///
    /// Pillow's pixels do not depend on them either, and libpng would inflate each text: seconds of work from a megabyte.
    package static func criticalChunks(of png: [UInt8]) -> [UInt8] {
        var kept = Array(png.prefix(8))
        var start = 8
        while png.count - start > 4 {
            let length = png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            // The length, the kind and a checksum are 12 bytes more. What is cut off, libpng shall name.
            let end = min(png.count, start + 12 + length)
            // A kind that begins with a capital letter is critical.
            if png[start + 4] & 0x20 == 0 { kept.append(contentsOf: png[start..<end]) }
            start = end
        }
        return kept
    }

    static func message(of image: inout png_image) -> String {
        unsafe withUnsafeBytes(of: image.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
