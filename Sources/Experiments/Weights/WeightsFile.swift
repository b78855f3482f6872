import Crypto
package import Foundation

/// A file of weights as users have them: torchvision's `.pth` in either form, or `.safetensors`.
///
/// What it is, its first bytes say, and not its name. The file is mapped; only the tensors that are asked for are read.
package struct WeightsFile: Sendable {
    package enum Form: String, Sendable {
        case safetensors = ".safetensors"
        case zip = ".pth (zip)"
        case legacy = ".pth (before PyTorch 1.6)"
    }

    package let file: URL
    package let form: Form
    package let entries: [String: WeightsEntry]
    private let data: Data

    /// Reads and checks what tensors there are.
    ///
    /// - Throws: `DataError` that names the file and what is wrong with it.
    package init(readingFrom file: URL) throws(DataError) {
        let size = try FileReading.size(of: file)
        let data: Data
        do {
            data = size == 0 ? Data() : try Data(contentsOf: file, options: .alwaysMapped)
        } catch {
            throw .unreadable(file.path, cause: error.localizedDescription)
        }
        if data.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
            form = .zip
            entries = try TorchCheckpoint(zip: data) { .notWeights(file.path, form: ".pth", cause: $0) }.entries
        } else if TorchCheckpoint.isLegacy(data) {
            form = .legacy
            entries = try TorchCheckpoint(legacy: data) { .notWeights(file.path, form: ".pth", cause: $0) }.entries
        } else {
            form = .safetensors
            entries = try SafetensorsHeader(file: data) { .notWeights(file.path, form: ".safetensors", cause: $0) }
                .entries
        }
        (self.file, self.data) = (file, data)
    }

    /// A tensor's values as float32, in row-major order.
    ///
    /// - Throws: `DataError.noSuchTensor`, `.tensorShape` or `.tensorType` where it is not there, has another shape, or
    ///   holds numbers of a type that weights do not have.
    package func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        guard let entry = entries[name] else {
            throw .noSuchTensor(name, file: file.path, nearest: Array(entries.keys.sorted().prefix(3)))
        }
        guard entry.shape == shape else {
            throw .tensorShape(name, file: file.path, found: entry.shape, needed: shape)
        }
        guard let values = entry.values(in: data) else {
            throw .tensorType(name, file: file.path, type: entry.type.description)
        }
        return values
    }

    /// The encoders all of whose tensors are there in their shapes, under one rule for names.
    ///
    /// A deeper ResNet has all tensors of a shallower one; the file is then the deeper one's alone.
    package var encoders: [EncoderName] {
        let fitting = EncoderName.allCases.filter { encoder in
            guard let anchor = encoder.tensors.first?.name,
                // A file whose names cannot be understood fits nothing.
                let prefix = try? NamePrefix(of: entries.keys, anchor: anchor, file: file.path)
            else { return false }
            return encoder.tensors.allSatisfy { entries[prefix.name(of: $0.name)]?.shape == $0.shape }
        }
        let names = fitting.map { Set($0.tensors.map(\.name)) }
        return zip(fitting, names).filter { _, mine in
            !names.contains { $0.isStrictSuperset(of: mine) }
        }.map(\.0)
    }

    /// SHA-256 of the whole file.
    package func sha256() -> [UInt8] {
        var hash = SHA256()
        for start in stride(from: 0, to: data.count, by: 1 << 22) {
            hash.update(data: data[start..<min(start + 1 << 22, data.count)])
        }
        return Array(hash.finalize())
    }
}
