import CTurboJPEG
import Foundation

extension RGBImage {
    /// Decodes a JPEG, as it lies in the file, without regard to its orientation.
    ///
    /// - Throws: `DataError`; a file that is cut off or damaged is refused and not filled with grey.
    init(jpeg data: Data, path: String) throws(DataError) {
        guard let decoder = unsafe tjInitDecompress() else {
            throw .notAnImage(path, cause: "libjpeg-turbo could not be started")
        }
        defer { unsafe _ = tjDestroy(decoder) }
        let file = [UInt8](data)
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard
            unsafe tjDecompressHeader3(
                decoder, file, UInt(file.count), &width, &height, &subsampling, &colours) == 0
        else { throw .notAnImage(path, cause: unsafe Self.message(of: decoder)) }
        try ImageLimits.check(width: Int(width), height: Int(height), of: path)
        guard colours != TJCS_CMYK.rawValue, colours != TJCS_YCCK.rawValue else {
            throw .notAnImage(path, cause: "its colours are CMYK — convert it to RGB")
        }
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * 3)
        let status = unsafe tjDecompress2(
            decoder, file, UInt(file.count), &pixels, width, 0, height, Int32(TJPF_RGB.rawValue),
            TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
        guard status == 0 else { throw .notAnImage(path, cause: unsafe Self.message(of: decoder)) }
        self.init(width: Int(width), height: Int(height), bytes: pixels)
    }

    private static func message(of decoder: tjhandle) -> String {
        unsafe String(cString: tjGetErrorStr2(decoder))
    }
}
