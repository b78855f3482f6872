import Foundation

/// How a camera was held: the eight ways in which a JPEG's rows may run.
enum ExifOrientation: Int {
    case upright = 1
    case mirrored, turnedHalf, flipped, transposed, turnedRight, transversed, turnedLeft

    /// The orientation that a JPEG's Exif segment names; upright where there is none or it makes no sense.
    init(jpeg data: Data) {
        self = Self.exifSegment(in: data).flatMap(Self.orientation) ?? .upright
    }

    private static func exifSegment(in data: Data) -> Data? {
        var offset = 2
        while data.littleEndian(UInt8.self, at: offset) == 0xff,
            let marker = data.littleEndian(UInt8.self, at: offset + 1)
        {
            // The image itself begins: no more segments that describe it.
            guard marker != 0xda, let length = data.littleEndian(UInt16.self, at: offset + 2)?.byteSwapped, length >= 2
            else { return nil }
            let (start, end) = (offset + 4, offset + 2 + Int(length))
            guard end <= data.count else { return nil }
            let segment = data.dropFirst(start).prefix(end - start)
            if marker == 0xe1, segment.starts(with: Array("Exif\0\0".utf8)) { return Data(segment.dropFirst(6)) }
            offset = end
        }
        return nil
    }

    /// Reads tag 0x0112 of the first directory of a TIFF structure.
    private static func orientation(in tiff: Data) -> ExifOrientation? {
        let isBigEndian: Bool
        switch Array(tiff.prefix(2)) {
        case Array("MM".utf8): isBigEndian = true
        case Array("II".utf8): isBigEndian = false
        default: return nil
        }
        func short(_ offset: Int) -> Int? {
            tiff.littleEndian(UInt16.self, at: offset).map { Int(isBigEndian ? $0.byteSwapped : $0) }
        }
        func long(_ offset: Int) -> Int? {
            tiff.littleEndian(UInt32.self, at: offset).map { Int(isBigEndian ? $0.byteSwapped : $0) }
        }
        guard short(2) == 42, let directory = long(4), let entries = short(directory) else { return nil }
        for entry in 0..<entries {
            let offset = directory + 2 + 12 * entry
            guard let tag = short(offset) else { return nil }
            if tag == 0x0112 { return short(offset + 8).flatMap(ExifOrientation.init) }
        }
        return nil
    }
}

extension RGBImage {
    /// The image turned and mirrored so that it stands as it was seen.
    func upright(_ orientation: ExifOrientation) -> RGBImage {
        guard orientation != .upright else { return self }
        let isTurned = orientation.rawValue >= ExifOrientation.transposed.rawValue
        let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
        var turned = [UInt8](repeating: 0, count: bytes.count)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let (column, row) =
                    switch orientation {
                    case .upright: (x, y)
                    case .mirrored: (width - 1 - x, y)
                    case .turnedHalf: (width - 1 - x, height - 1 - y)
                    case .flipped: (x, height - 1 - y)
                    case .transposed: (y, x)
                    case .turnedRight: (y, height - 1 - x)
                    case .transversed: (width - 1 - y, height - 1 - x)
                    case .turnedLeft: (width - 1 - y, x)
                    }
                let source = (row * width + column) * 3
                let place = (y * newWidth + x) * 3
                for channel in 0..<3 { turned[place + channel] = bytes[source + channel] }
            }
        }
        return RGBImage(width: newWidth, height: newHeight, bytes: turned)
    }
}
