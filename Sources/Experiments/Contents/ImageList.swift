/// The images of a set by name and content, in the order in which they are used.
///
/// As text it is a content itself, whose digest stands for all images of the set:
///
///     posweep images 1
///     9f86d081…0f00a08 12345 photo.jpg
///     - 0 holiday.png
///
/// Each line has an image's digest, its size in bytes and its name; a file that is no JPEG or PNG, or that could not be
/// read, has no digest.
package struct ImageList: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// The file's name in its folder, which leads nowhere else.
        package let name: String
        /// In bytes.
        package let size: Int
        /// Nil where the file cannot be used.
        package let digest: ContentDigest?

        /// - Precondition: The name is one that ``ImageList/isName(_:)`` lets pass.
        package init(name: String, size: Int, digest: ContentDigest?) {
            precondition(ImageList.isName(name), "a file's name")
            (self.name, self.size, self.digest) = (name, size, digest)
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    package static let countLimit = 1_000_000
    /// The largest list as text.
    package static let textLimit = 128 << 20
    private static let nameLimit = 255

    /// Whether this names a file in a folder, and nothing else.
    package static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...nameLimit).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
            && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
    }

    /// The bytes of all images together.
    package var imageBytes: Int { entries.reduce(0) { $0 + ($1.digest == nil ? 0 : $1.size) } }

    // MARK: Text

    package static let title = "posweep images 1\n"

    /// The list as text, the same bytes for the same images.
    package var text: [UInt8] {
        var bytes = Array(Self.title.utf8)
        for entry in entries {
            bytes += "\(entry.digest.map(\.description) ?? "-") \(entry.size) \(entry.name)\n".utf8
        }
        return bytes
    }

    /// Reads a list that came from elsewhere.
    ///
    /// - Returns: Nil where the text is no list; every name, size and digest is sound when there is one.
    package init?(text: [UInt8]) {
        guard text.count <= Self.textLimit, text.starts(with: Self.title.utf8), text.last == UInt8(ascii: "\n")
        else { return nil }
        let lines = text.dropFirst(Self.title.utf8.count).split(separator: UInt8(ascii: "\n"))
        guard (1...Self.countLimit).contains(lines.count) else { return nil }
        var entries: [Entry] = []
        entries.reserveCapacity(lines.count)
        for line in lines {
            guard let entry = Entry(line: line) else { return nil }
            entries.append(entry)
        }
        self.init(entries)
    }
}

extension ImageList.Entry {
    fileprivate init?(line: ArraySlice<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard fields.count == 3, let text = String(validating: fields[1], as: UTF8.self), let size = Int(text),
            let name = String(validating: fields[2], as: UTF8.self), ImageList.isName(name)
        else { return nil }
        let digits = String(decoding: fields[0], as: UTF8.self)
        let digest = ContentDigest(digits)
        guard digest != nil || digits == "-", (0...ImageLimits.fileBytes).contains(size) else { return nil }
        self.init(name: name, size: size, digest: digest)
    }
}
