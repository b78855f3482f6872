import Foundation

/// The directory of a zip file whose members are stored as they are, as PyTorch writes its checkpoints.
///
/// Nothing is unpacked: a member is a range of the file's bytes. Compressed members are refused.
struct ZipArchive {
    /// Where each member's bytes stand in the file.
    private(set) var members: [String: Range<Int>] = [:]

    private static let membersLimit = 100_000
    private static let nameLimit = 1_024

    /// - Parameters:
    ///   - file: The whole file.
    ///   - bad: Makes an error of a cause.
    /// - Throws: What `bad` makes.
    init(_ file: Data, bad: (String) -> DataError) throws(DataError) {
        let (count, start) = try Self.directory(of: file, bad: bad)
        guard count <= Self.membersLimit else { throw bad("its directory claims \(count) members") }
        var place = start
        for _ in 0..<count {
            guard file.littleEndian(UInt32.self, at: place) == 0x0201_4b50,
                let method = file.littleEndian(UInt16.self, at: place + 10),
                let packed = file.littleEndian(UInt32.self, at: place + 20),
                let unpacked = file.littleEndian(UInt32.self, at: place + 24),
                let nameLength = file.littleEndian(UInt16.self, at: place + 28),
                let extraLength = file.littleEndian(UInt16.self, at: place + 30),
                let commentLength = file.littleEndian(UInt16.self, at: place + 32),
                let header = file.littleEndian(UInt32.self, at: place + 42),
                Int(nameLength) <= Self.nameLimit,
                file.count - place - 46 >= Int(nameLength) + Int(extraLength) + Int(commentLength)
            else { throw bad("its directory is damaged at byte \(place)") }
            let name = String(decoding: file[(place + 46)..<(place + 46 + Int(nameLength))], as: UTF8.self)
            guard method == 0 else { throw bad("its member '\(name)' is compressed — save it with torch.save again") }
            let extra = (place + 46 + Int(nameLength))..<(place + 46 + Int(nameLength) + Int(extraLength))
            let wide = Self.wideFields(
                in: extra, of: file, [unpacked == .max, packed == .max, header == .max])
            let fields = zip([unpacked, packed, header], wide).map { field, wide in wide ?? UInt64(field) }
            guard fields[0] == fields[1], let size = Int(exactly: fields[0]), let local = Int(exactly: fields[2]) else {
                throw bad("its member '\(name)' has sizes that contradict each other")
            }
            let bytes = try Self.bytes(of: name, size: size, header: local, in: file, bad: bad)
            guard members.updateValue(bytes, forKey: name) == nil else {
                throw bad("its member '\(name)' stands in it twice")
            }
            place = extra.upperBound + Int(commentLength)
        }
    }

    /// How many members there are and where the directory begins.
    private static func directory(
        of file: Data, bad: (String) -> DataError
    ) throws(DataError) -> (count: Int, start: Int) {
        // The end record stands last but for a comment of up to 65,535 bytes.
        var end = file.count - 22
        while end >= max(0, file.count - 22 - 65_535), file.littleEndian(UInt32.self, at: end) != 0x0605_4b50 {
            end -= 1
        }
        guard end >= max(0, file.count - 22 - 65_535), let count = file.littleEndian(UInt16.self, at: end + 10),
            let start = file.littleEndian(UInt32.self, at: end + 16)
        else { throw bad("it is cut off: the directory of a zip file is missing") }
        guard count == .max || start == .max else { return (Int(count), Int(start)) }
        guard end >= 20, file.littleEndian(UInt32.self, at: end - 20) == 0x0706_4b50,
            let record = file.littleEndian(UInt64.self, at: end - 12).flatMap({ Int(exactly: $0) }),
            file.littleEndian(UInt32.self, at: record) == 0x0606_4b50,
            let wideCount = file.littleEndian(UInt64.self, at: record + 32).flatMap({ Int(exactly: $0) }),
            let wideStart = file.littleEndian(UInt64.self, at: record + 48).flatMap({ Int(exactly: $0) })
        else { throw bad("the directory of its zip64 form is damaged") }
        return (wideCount, wideStart)
    }

    /// The 64-bit forms of those fields that do not fit into 32 bits.
    private static func wideFields(in extra: Range<Int>, of file: Data, _ wanted: [Bool]) -> [UInt64?] {
        var place = extra.lowerBound
        while place + 4 <= extra.upperBound {
            let tag = file.littleEndian(UInt16.self, at: place) ?? 0
            let length = Int(file.littleEndian(UInt16.self, at: place + 2) ?? 0)
            if tag == 1, place + 4 + length <= extra.upperBound {
                var field = place + 4
                return wanted.map { isWanted in
                    guard isWanted, field + 8 <= place + 4 + length else { return nil }
                    defer { field += 8 }
                    return file.littleEndian(UInt64.self, at: field)
                }
            }
            place += 4 + length
        }
        return wanted.map { _ in nil }
    }

    /// A member's own header says once more how long its name and extra fields are.
    private static func bytes(
        of name: String, size: Int, header: Int, in file: Data, bad: (String) -> DataError
    ) throws(DataError) -> Range<Int> {
        guard header <= file.count, file.littleEndian(UInt32.self, at: header) == 0x0403_4b50,
            let nameLength = file.littleEndian(UInt16.self, at: header + 26),
            let extraLength = file.littleEndian(UInt16.self, at: header + 28)
        else { throw bad("its member '\(name)' has no header at byte \(header)") }
        let start = header + 30 + Int(nameLength) + Int(extraLength)
        guard size >= 0, start <= file.count, size <= file.count - start else {
            throw bad("its member '\(name)' claims \(size) bytes, more than the file has")
        }
        return start..<start + size
    }
}
