import CPNG
import Foundation

/// A mask of labels, one byte for each pixel, row by row.
struct LabelImage: Hashable, Sendable {
    let width: Int
    let height: Int
    let labels: [UInt8]

    /// - Precondition: There is a label for each pixel.
    init(width: Int, height: Int, labels: [UInt8]) {
        precondition(labels.count == width * height, "the labels do not fill the mask")
        (self.width, self.height, self.labels) = (width, height, labels)
    }

    /// The labels in a PNG: the places in its palette, not their colours, or the levels of a grey one.
    ///
    /// PASCAL VOC's masks have a palette; many tools write the labels as grey levels of up to 8 bits instead.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - name: What errors call it.
    /// - Throws: `DataError.notIndexed` for a file of other kinds, others as for images.
    init(decoding file: URL, named name: String) throws(DataError) {
        let data = [UInt8](try FileReading.bytes(of: file, atMost: ImageLimits.fileBytes))
        // The signature, the first chunk's length and kind, width, height, depth, kind of colours.
        guard data.count >= 26, RGBImage.isPNG(Data(data.prefix(8))), Array(data[12..<16]) == Array("IHDR".utf8) else {
            throw .notIndexed(name, cause: "it is no PNG")
        }
        let (depth, kind) = (data[24], data[25])
        guard kind == UInt8(PNG_COLOR_TYPE_PALETTE) || kind == UInt8(PNG_COLOR_TYPE_GRAY), depth <= 8 else {
            let cause = depth > 8 ? "its values have \(depth) bits" : "its pixels are colours, not places in a palette"
            throw .notIndexed(name, cause: cause)
        }
        try self.init(indexed: RGBImage.criticalChunks(of: data), name: name)
    }

    /// Decodes what is known to have a palette, or few grey levels, whose places are then the levels.
    private init(indexed file: [UInt8], name: String) throws(DataError) {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        defer { unsafe png_image_free(&image) }
        // The file's bytes are read again by the call that decodes, so both stand in one scope.
        let result: Result<[UInt8], DataError> = unsafe file.withUnsafeBytes { file in
            guard unsafe png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
                return .failure(.notAnImage(name, cause: unsafe RGBImage.message(of: &image)))
            }
            do throws(DataError) {
                try ImageLimits.check(width: unsafe Int(image.width), height: unsafe Int(image.height), of: name)
            } catch {
                return .failure(error)
            }
            unsafe image.format = PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP
            // Room for the largest palette that there can be.
            var palette = [UInt8](repeating: 0, count: 256 * 3)
            var places = unsafe [UInt8](repeating: 0, count: Int(image.width) * Int(image.height))
            guard unsafe png_image_finish_read(&image, nil, &places, 0, &palette) != 0 else {
                return .failure(.notAnImage(name, cause: unsafe RGBImage.message(of: &image)))
            }
            return .success(places)
        }
        self.init(width: unsafe Int(image.width), height: unsafe Int(image.height), labels: try result.get())
    }

    /// The labels at another size: those of the nearest pixels.
    func resized(width newWidth: Int, height newHeight: Int) -> LabelImage {
        guard (newWidth, newHeight) != (width, height) else { return self }
        func sources(from old: Int, to new: Int) -> [Int] {
            (0..<new).map { min(old - 1, (2 * $0 + 1) * old / (2 * new)) }
        }
        let columns = sources(from: width, to: newWidth)
        let nearest = sources(from: height, to: newHeight).flatMap { row in
            columns.map { labels[row * width + $0] }
        }
        return LabelImage(width: newWidth, height: newHeight, labels: nearest)
    }

    /// - Parameters:
    ///   - classes: How many classes there are.
    ///   - name: What errors call the mask.
    /// - Throws: `DataError.unknownClass` for the first label that is neither a class nor ignored.
    func checkClasses(_ classes: Int, name: String) throws(DataError) {
        let bad = labels.firstIndex { Int($0) >= classes && $0 != ConfusionMatrix.ignored }
        guard let bad else { return }
        throw .unknownClass(name, label: Int(labels[bad]), x: bad % width, y: bad / width, classes: classes)
    }
}
