/// What is wrong with a file of images, weights or maps.
package enum DataError: Error, Hashable {
    case missing(String)
    case unreadable(String, cause: String)
    case notAFolder(String)
    case noImages(folder: String)
    case badName(String, folder: String)
    case tooManyImages(Int, folder: String)
    /// An image that could not be used when its set was listed.
    case notListed(String)
    /// A content that nobody has brought to this host.
    case notHere(ContentDigest)
    case notAList(String)
    /// It was read twice, and was not the same.
    case changed(ContentSource)
    case unwritable(String, cause: String)
    case notAnImage(String, cause: String)
    case imageTooLarge(String, width: Int, height: Int)
    case noMask(image: String)
    case sameStem(String, other: String)
    case maskSize(String, width: Int, height: Int, image: String, imageWidth: Int, imageHeight: Int)
    case unknownClass(String, label: Int, x: Int, y: Int, classes: Int)
    case notIndexed(String, cause: String)
    case noLabels(ImageSource)
    case fileTooLarge(String, bytes: Int, largest: Int)
    case notNumPy(String, cause: String)
    case notWeights(String, form: String, cause: String)
    case ambiguousNames([String], file: String)
    case otherEncoder(String, found: [String], wanted: String)
    case tensorType(String, file: String, type: String)
    case noSuchTensor(String, file: String, nearest: [String])
    case tensorShape(String, file: String, found: [Int], needed: [Int])
}

extension DataError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file"
        case .unreadable(let path, let cause): "\(path) cannot be read: \(cause)"
        case .notAFolder(let path): "\(path) is not a folder — name one that holds JPEG or PNG files"
        case .noImages(let folder): "\(folder) holds no .jpg, .jpeg or .png file"
        case .badName(let name, let folder):
            "\(folder) holds a file whose name has control characters, '\(name.prefix(80))' — rename it"
        case .tooManyImages(let count, let folder):
            "\(folder) holds \(count) images; up to \(ImageList.countLimit) are read — set a limit"
        case .notListed(let name):
            "\(name) is no JPEG or PNG, or could not be read when the sweep was submitted"
        case .notHere(let digest): "the content \(digest.short)… is not on this host"
        case .notAList(let path): "\(path) is no list of images — remove it, and it is fetched again"
        case .changed(.images(let path, _)), .changed(.weights(let path, _)):
            "\(path) was changed while it was read — submit the sweep again when it is complete"
        case .unwritable(let path, let cause): "\(path) cannot be written: \(cause)"
        case .notAnImage(let path, let cause): "\(path) is not an image that can be read: \(cause)"
        case .imageTooLarge(let path, let width, let height):
            """
            \(path) is \(width)x\(height) pixels; images of up to \(ImageLimits.side) a side and \
            \(ImageLimits.pixels >> 20) Mpixel are read — make it smaller
            """
        case .noMask(let image): "\(image) has no mask — put one of the same name, up to its suffix, among the masks"
        case .sameStem(let mask, let other):
            "the masks \(mask) and \(other) differ in their suffix alone — remove one of them"
        case .maskSize(let mask, let width, let height, let image, let imageWidth, let imageHeight):
            """
            the mask \(mask) is \(width)x\(height) pixels, its image \(image) \(imageWidth)x\(imageHeight) — a mask has the \
            size of its image
            """
        case .unknownClass(let mask, let label, let x, let y, let classes):
            """
            the mask \(mask) has the label \(label) at \(x), \(y); known are 0 to \(classes - 1), and 255 for pixels that count \
            for nothing — set the number of classes, or name other masks
            """
        case .notIndexed(let mask, let cause):
            "the mask \(mask) does not hold labels: \(cause) — save it as a PNG with a palette, as PASCAL VOC does"
        case .noLabels:
            "drawn, constant and noise images have no masks — name folders of images and masks, or leave both out"
        case .fileTooLarge(let path, let bytes, let largest):
            "\(path) has \(bytes) bytes; files of up to \(largest) are read"
        case .notNumPy(let path, let cause):
            "\(path) is not a .npy file that can be read: \(cause) — save it with numpy.save as float32"
        case .notWeights(let path, let form, let cause): "\(path) is not a sound \(form) file: \(cause)"
        case .ambiguousNames(let names, let file):
            """
            \(file): it is not clear which is the encoder's first tensor — \
            \(names.prefix(4).map { "'\($0)'" }.joined(separator: " or ")) — convert it with one name for each tensor
            """
        case .otherEncoder(let path, let found, let wanted):
            "\(path) holds the weights of \(found.joined(separator: ", ")), not of \(wanted) — name the file of \(wanted)"
        case .tensorType(let name, let file, let type):
            "\(file): '\(name)' holds numbers of type \(type); F32, F16 and BF16 are read as weights"
        case .noSuchTensor(let name, let file, let nearest):
            "\(file) has no tensor '\(name)'"
                + (nearest.isEmpty ? "" : " — it has \(nearest.map { "'\($0)'" }.joined(separator: ", ")) and others")
        case .tensorShape(let name, let file, let found, let needed):
            "\(file): '\(name)' is \(found) but \(needed) is needed — is this the file of another network?"
        }
    }
}
