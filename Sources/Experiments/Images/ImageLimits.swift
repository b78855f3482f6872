/// What an image file may be, checked before anything is decoded.
enum ImageLimits {
    /// Pixels along a side.
    static let side = 16_384
    static let pixels = 64 << 20
    static let fileBytes = 256 << 20

    static func check(width: Int, height: Int, of path: String) throws(DataError) {
        guard width > 0, height > 0 else {
            throw .notAnImage(path, cause: "its header names no size — the file may be cut off")
        }
        guard width <= side, height <= side, width * height <= pixels else {
            throw .imageTooLarge(path, width: width, height: height)
        }
    }
}
