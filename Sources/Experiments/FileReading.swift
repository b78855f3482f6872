import Foundation

/// Whole files, read after a look at their size.
enum FileReading {
    /// The file's bytes.
    ///
    /// - Throws: `DataError` where there is no such file, it is too large, or it cannot be read.
    static func bytes(of file: URL, atMost largest: Int) throws(DataError) -> Data {
        let size = try size(of: file)
        guard size <= largest else { throw .fileTooLarge(file.path, bytes: size, largest: largest) }
        do {
            return try Data(contentsOf: file)
        } catch {
            throw .unreadable(file.path, cause: "\(error.localizedDescription)")
        }
    }

    static func size(of file: URL) throws(DataError) -> Int {
        switch try kind(of: file) {
        case .folder: throw .unreadable(file.path, cause: "it is a folder")
        case .file(let bytes): return bytes
        case .other: throw .unreadable(file.path, cause: "it is no regular file")
        }
    }

    enum Kind {
        case folder
        case file(bytes: Int)
        /// A device or pipe, which might never end.
        case other
    }

    /// What stands at a path, links followed.
    ///
    /// - Throws: `DataError.missing` where nothing does, `.unreadable` where it cannot be known.
    static func kind(of file: URL) throws(DataError) -> Kind {
        do {
            let path = file.resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: return .folder
            case .typeRegular: return .file(bytes: (attributes[.size] as? NSNumber)?.intValue ?? 0)
            default: return .other
            }
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .missing(file.path)
        } catch {
            throw .unreadable(file.path, cause: error.localizedDescription)
        }
    }

    static func write(_ data: Data, to file: URL) throws(DataError) {
        do {
            try data.write(to: file, options: .atomic)
        } catch {
            throw .unwritable(file.path, cause: "\(error.localizedDescription)")
        }
    }
}

extension Data {
    /// The little-endian number at an offset; nil where it would reach past the end.
    func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number? {
        let size = Number.bitWidth / 8
        guard offset >= 0, count - offset >= size else { return nil }
        return (0..<size).reduce(0) { number, byte in
            number | Number(truncatingIfNeeded: self[startIndex + offset + byte]) << (8 * byte)
        }
    }
}
