package import Foundation

/// The tensors of a weights file that an encoder has.
package struct EncoderTensors: Sendable {
    package let file: WeightsFile
    private let encoder: EncoderName
    private let prefix: NamePrefix

    /// Reads what tensors there are.
    ///
    /// - Precondition: The encoder is a network.
    /// - Throws: `DataError` where the file cannot be read, is another encoder's, or its names cannot be understood.
    package init(of encoder: EncoderName, in path: String) throws(DataError) {
        guard let anchor = encoder.tensors.first?.name else { preconditionFailure("the raw image has no weights") }
        file = try WeightsFile(readingFrom: URL(filePath: path))
        let fitting = file.encoders
        guard fitting.isEmpty || fitting.contains(encoder) else {
            throw .otherEncoder(path, found: fitting.map(\.rawValue), wanted: encoder.rawValue)
        }
        prefix = try NamePrefix(of: file.entries.keys, anchor: anchor, file: path)
        self.encoder = encoder
    }

    /// The values of a tensor by torchvision's name, in row-major order.
    ///
    /// - Throws: `DataError` where there is no such tensor or it has another shape.
    package func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        try file.tensor(prefix.name(of: name), shape: shape)
    }

    /// A `.safetensors` file of these tensors alone, under torchvision's names: the same bytes for the same weights.
    ///
    /// - Parameter isHalf: Whether they are rounded to float16.
    /// - Returns: The file's bytes.
    /// - Throws: `DataError` where one of them is missing or has another shape.
    package func safetensors(isHalf: Bool = false) throws(DataError) -> Data {
        var tensors: [Safetensors.NamedTensor] = []
        for (name, shape) in encoder.tensors {
            tensors.append(
                Safetensors.NamedTensor(name: name, shape: shape, values: try tensor(name, shape: shape)))
        }
        return try Safetensors.data(tensors, isHalf: isHalf)
    }

    /// Writes these tensors alone as `.safetensors`; the file appears whole or not at all.
    ///
    /// - Throws: `DataError` where one of them is missing, or the file cannot be written.
    package func write(isHalf: Bool, to file: URL) throws(DataError) {
        try FileReading.write(try safetensors(isHalf: isHalf), to: file)
    }
}
