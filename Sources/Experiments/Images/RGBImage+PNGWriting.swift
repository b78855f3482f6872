import CPNG
package import Foundation

extension RGBImage {
    /// Writes the image as a PNG file.
    ///
    /// - Throws: `DataError.unwritable`.
    package func write(to file: URL) throws(DataError) {
        var png = unsafe png_image()
        unsafe png.version = UInt32(PNG_IMAGE_VERSION)
        unsafe png.width = UInt32(width)
        unsafe png.height = UInt32(height)
        unsafe png.format = PNG_FORMAT_FLAG_COLOR
        defer { unsafe png_image_free(&png) }
        guard unsafe png_image_write_to_file(&png, file.path, 0, bytes, 0, nil) != 0 else {
            throw .unwritable(file.path, cause: unsafe Self.message(of: &png))
        }
    }
}
