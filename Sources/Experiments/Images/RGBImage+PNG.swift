import CPNG
import Foundation

extension RGBImage {
    /// Decodes a PNG of any kind: grey, palette, colour, 16 bits, interlaced; transparency is dropped.
    init(png data: Data, path: String) throws(DataError) {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        defer { unsafe png_image_free(&image) }
        let file = [UInt8](data)
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

    static func message(of image: inout png_image) -> String {
        unsafe withUnsafeBytes(of: image.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
