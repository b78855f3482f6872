import Crypto
import Foundation

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
    private let file: Safetensors?
    private let seed: Int

    /// - Parameters:
    ///   - settings: The encoder and its seed.
    ///   - file: The path of a `.safetensors` file with torchvision's names; nil draws the weights.
    /// - Throws: `DataError` where the file cannot be read.
    package init(_ settings: EncoderSettings, file: String?) throws(DataError) {
        seed = settings.seed
        guard settings.name != .none else {
            (self.file, provenance) = (nil, "none")
            return
        }
        guard let file else {
            (self.file, provenance) = (nil, "He, \(RandomStream.algorithm), seed \(settings.seed)")
            return
        }
        let safetensors = try Safetensors(readingFrom: URL(filePath: file))
        self.file = safetensors
        provenance = "sha256:\(hexadecimal(try safetensors.sha256()))"
    }

    package func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        guard let file else { return heNormal(name: name, seed: seed, shape: shape) }
        return try file.tensor(name, shape: shape)
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
