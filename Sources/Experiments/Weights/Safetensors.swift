package import Foundation

/// Writes `.safetensors` files.
package enum Safetensors {
    /// A tensor that is to be written.
    package struct NamedTensor: Hashable, Sendable {
        package let name: String
        package let shape: [Int]
        /// In row-major order.
        package let values: [Float]

        /// - Precondition: There are as many values as the shape counts.
        package init(name: String, shape: [Int], values: [Float]) {
            precondition(shape.reduce(1, *) == values.count, "the values do not fill the shape")
            (self.name, self.shape, self.values) = (name, shape, values)
        }
    }

    /// Writes tensors in the order given; the file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - tensors: The tensors; no name stands twice.
    ///   - isHalf: Whether they are rounded to float16 instead of being written as float32.
    ///   - file: The file.
    /// - Throws: `DataError.unwritable`.
    package static func write(_ tensors: [NamedTensor], isHalf: Bool = false, to file: URL) throws(DataError) {
        try FileReading.write(try data(tensors, isHalf: isHalf), to: file)
    }

    /// The bytes of a file of tensors in the order given, with free text in its header.
    static func data(
        _ tensors: [NamedTensor], isHalf: Bool = false, metadata: [String: String] = [:]
    ) throws(DataError) -> Data {
        let type: ElementType = isHalf ? .float16 : .float32
        var header: [String: SafetensorsHeader.Value] = [:]
        if !metadata.isEmpty { header[SafetensorsHeader.metadataKey] = .metadata(metadata) }
        var end = 0
        for tensor in tensors {
            precondition(header[tensor.name] == nil, "the tensor '\(tensor.name)' stands twice")
            let start = end
            end += tensor.values.count * type.size
            header[tensor.name] = .tensor(
                SafetensorsHeader.Description(
                    dtype: type.description, shape: tensor.shape, dataOffsets: [start, end]))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json: Data
        do {
            json = try encoder.encode(header)
        } catch {
            throw .unwritable("the header", cause: error.localizedDescription)
        }
        // The format wants the values to begin at a multiple of 8.
        json.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        var data = Data(capacity: 8 + json.count + end)
        data.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
        data.append(json)
        for tensor in tensors {
            if isHalf {
                let halves = tensor.values.map { Float16($0) }
                unsafe halves.withUnsafeBytes { bytes in unsafe data.append(contentsOf: bytes) }
            } else {
                unsafe tensor.values.withUnsafeBytes { bytes in unsafe data.append(contentsOf: bytes) }
            }
        }
        return data
    }
}
