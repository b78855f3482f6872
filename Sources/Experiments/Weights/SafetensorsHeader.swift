import Foundation

/// The JSON header of a `.safetensors` file, checked.
struct SafetensorsHeader {
    let entries: [String: WeightsEntry]
    /// The free text under `__metadata__`.
    let metadata: [String: String]

    private static let headerLimit = 1 << 20
    private static let tensorsLimit = 4_096

    /// What stands in the header for each tensor.
    struct Description: Codable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    static let metadataKey = "__metadata__"

    /// A tensor's description, or the free text that may stand under `__metadata__`.
    enum Value: Codable {
        case tensor(Description)
        case metadata([String: String])

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == SafetensorsHeader.metadataKey {
                self = .metadata(try [String: String](from: decoder))
            } else {
                self = .tensor(try Description(from: decoder))
            }
        }

        func encode(to encoder: any Swift.Encoder) throws {
            switch self {
            case .tensor(let description): try description.encode(to: encoder)
            case .metadata(let texts): try texts.encode(to: encoder)
            }
        }
    }

    /// - Parameters:
    ///   - file: The whole file.
    ///   - bad: Makes an error of a cause.
    /// - Throws: What `bad` makes, with the tensor and the figures that contradict each other.
    init(file: Data, bad: (String) -> DataError) throws(DataError) {
        guard let length = file.littleEndian(UInt64.self, at: 0) else {
            throw bad("it has \(file.count) bytes, too few for a header")
        }
        guard length <= UInt64(Self.headerLimit) else {
            throw bad("its header claims \(length) bytes; up to \(Self.headerLimit) are read")
        }
        guard Int(length) <= file.count - 8 else {
            throw bad("its header claims \(length) bytes, the file has \(file.count)")
        }
        let start = 8 + Int(length)
        let (header, bytes) = (Data(file[8..<start]), file.count - start)
        guard header.first == UInt8(ascii: "{") else { throw bad("its header is not JSON") }
        let values: [String: Value]
        do {
            values = try JSONDecoder().decode([String: Value].self, from: header)
        } catch {
            throw bad("its header cannot be read")
        }
        guard values.count <= Self.tensorsLimit else { throw bad("it names \(values.count) tensors") }
        if let name = Self.repeatedName(in: header, distinct: values.count) {
            throw bad("tensor '\(name)' stands in it twice")
        }
        var entries: [String: WeightsEntry] = [:]
        var metadata: [String: String] = [:]
        for (name, value) in values {
            switch value {
            case .tensor(let description):
                entries[name] = try Self.entry(name, description, start: start, bytes: bytes, bad: bad)
            case .metadata(let texts): metadata = texts
            }
        }
        var end = start
        // An empty tensor begins where the next one does, and stands before it.
        for (name, entry) in entries.sorted(by: {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }) {
            guard entry.bytes.lowerBound == end else {
                throw bad(
                    "tensor '\(name)' begins at byte \(entry.bytes.lowerBound - start), the one before it ends at \(end - start)"
                )
            }
            end = entry.bytes.upperBound
        }
        guard end == file.count else { throw bad("its tensors end at byte \(end - start) of \(bytes)") }
        (self.entries, self.metadata) = (entries, metadata)
    }

    /// A name that stands twice in a well-formed header, of which a dictionary keeps one.
    private static func repeatedName(in header: Data, distinct: Int) -> String? {
        var names: [String] = []
        var (depth, nameStart, isEscaped) = (0, Int?.none, false)
        for (position, byte) in header.enumerated() {
            if let start = nameStart {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    if depth == 1 { names.append(String(decoding: header[start..<position], as: UTF8.self)) }
                    nameStart = nil
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): nameStart = position + 1
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        guard names.count > distinct else { return nil }
        var seen: Set<String> = []
        // Two spellings of one name, with escapes and without, differ here: then the last name is named.
        return names.first { !seen.insert($0).inserted } ?? names.last
    }

    private static func entry(
        _ name: String, _ description: Description, start: Int, bytes: Int, bad: (String) -> DataError
    ) throws(DataError) -> WeightsEntry {
        guard let type = ElementType(safetensors: description.dtype) else {
            throw bad("tensor '\(name)' has the unknown type \(description.dtype.prefix(20))")
        }
        guard description.dataOffsets.count == 2, description.dataOffsets[0] >= 0,
            description.dataOffsets[0] <= description.dataOffsets[1]
        else { throw bad("tensor '\(name)' has offsets \(description.dataOffsets)") }
        let range = description.dataOffsets[0]..<description.dataOffsets[1]
        guard range.upperBound <= bytes else {
            throw bad("tensor '\(name)' ends at byte \(range.upperBound), past the file's \(bytes) bytes of tensors")
        }
        let storage = start + range.lowerBound..<start + range.upperBound
        switch WeightsEntry.checked(type, shape: description.shape, storage: storage) {
        case .failure(let mistake): throw bad("tensor '\(name)' \(mistake.cause)")
        case .success(let entry):
            guard entry.count * type.size == range.count else {
                throw bad("tensor '\(name)' of shape \(description.shape) does not fill its \(range.count) bytes")
            }
            return entry
        }
    }
}
