/// Where an encoder's filters and biases come from, by torchvision's names.
package protocol EncoderWeights {
    /// The values of a tensor in row-major order, filters as `[output, input, kernel, kernel]`.
    ///
    /// - Throws: `DataError` where there is no such tensor or it has another shape.
    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float]
}

/// The weights that a trial's settings ask for: a file's, or He's drawn from a seed.
package struct WeightsSource: EncoderWeights, Sendable {
    /// The file's SHA-256, or the generator and its seed; "none" where there is no encoder.
    package let provenance: String
    private let tensors: EncoderTensors?
    private let seed: Int

    /// - Parameters:
    ///   - settings: The encoder and its seed.
    ///   - file: The path of a weights file; nil draws the weights.
    ///   - digest: The file's digest, where it is known.
    /// - Throws: `DataError` where the file cannot be read or its names cannot be understood.
    package init(_ settings: EncoderSettings, file: String?, digest: ContentDigest? = nil) throws(DataError) {
        seed = settings.seed
        guard settings.name != .none else {
            (tensors, provenance) = (nil, "none")
            return
        }
        guard let file else {
            (tensors, provenance) = (nil, "He, \(RandomStream.algorithm), seed \(settings.seed)")
            return
        }
        let tensors = try EncoderTensors(of: settings.name, in: file)
        self.tensors = tensors
        provenance = "sha256:\(digest?.description ?? hexadecimal(tensors.file.sha256()))"
    }

    package func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        guard let tensors else { return heNormal(name: name, seed: seed, shape: shape) }
        return try tensors.tensor(name, shape: shape)
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
