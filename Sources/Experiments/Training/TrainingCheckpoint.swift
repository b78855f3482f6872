import Crypto
import Foundation

/// A training as it stands between two steps.
///
/// As bytes it is a `.safetensors` file: the tensors `parameters`, `averages`, `optimizer.0`, … and `curve`, and in the header which
/// training of which images it is, the step, the bits of the loss that has added up, and the SHA-256 of all this. The order of the
/// images follows from the specification and the step.
struct TrainingCheckpoint: Hashable, Sendable {
    /// The digest of the specification.
    let specification: String
    /// What the training images are.
    let data: String
    let step: Int
    /// Of the epoch that runs.
    let lossSum: Double
    let parameters: [Float]
    let averages: [Float]
    /// What the optimiser remembers, of each kind one value for each parameter.
    let memory: [[Float]]
    let curve: [TrainingEpoch]

    private static let format = "posweep training checkpoint 3"
    private static let mostKinds = 2

    init(
        specification: String, data: String, step: Int, lossSum: Double, parameters: [Float], averages: [Float],
        memory: [[Float]], curve: [TrainingEpoch]
    ) {
        (self.specification, self.data, self.step, self.lossSum) = (specification, data, step, lossSum)
        (self.parameters, self.averages, self.memory, self.curve) = (parameters, averages, memory, curve)
    }

    /// The checkpoint as a file's bytes, the same ones for the same training.
    func file() throws(DataError) -> Data {
        func line(_ name: String, _ values: [Float]) -> Safetensors.NamedTensor {
            Safetensors.NamedTensor(name: name, shape: [values.count], values: values)
        }
        let columns = 1 + (curve.first?.validation.count ?? 0)
        return try Safetensors.data(
            [line("parameters", parameters), line("averages", averages)]
                + memory.enumerated().map { line("optimizer.\($0)", $1) }
                + [
                    Safetensors.NamedTensor(
                        name: "curve", shape: [curve.count, columns],
                        values: curve.flatMap { [$0.loss] + $0.validation })
                ],
            metadata: [
                "format": Self.format, "specification": specification, "data": data, "step": String(step),
                "loss": String(lossSum.bitPattern, radix: 16), "sha256": seal,
            ])
    }

    /// SHA-256 of all that it holds, so that a disk's mistake is no other result.
    private var seal: String {
        var hash = SHA256()
        let figures = [specification, data, String(step), String(lossSum.bitPattern)] + curve.map { String($0.number) }
        hash.update(data: Data(figures.joined(separator: " ").utf8))
        for values in [parameters, averages] + memory + curve.map({ [$0.loss] + $0.validation }) {
            unsafe values.withUnsafeBytes { bytes in unsafe hash.update(bufferPointer: bytes) }
        }
        return hexadecimal(hash.finalize())
    }

    /// Reads a checkpoint that came from elsewhere.
    ///
    /// - Throws: `ExperimentError.notACheckpoint`, or `DataError.notWeights` where it is no sound file.
    init(_ file: Data) throws {
        // Places in the file are counted from its first byte, which part of a message does not have at 0.
        let file = file.startIndex == 0 ? file : Data(file)
        let header = try SafetensorsHeader(file: file) { cause in
            DataError.notWeights("the checkpoint", form: ".safetensors", cause: cause)
        }
        func bad(_ cause: String) -> ExperimentError { .notACheckpoint(cause: cause) }
        guard header.metadata["format"] == Self.format else { throw bad("it is none, or of another version") }
        guard let specification = header.metadata["specification"], let data = header.metadata["data"],
            let step = header.metadata["step"].flatMap({ Int($0) }), step >= 0,
            let bits = header.metadata["loss"].flatMap({ UInt64($0, radix: 16) })
        else { throw bad("its header lacks a figure") }
        func tensor(_ name: String, dimensions: Int) throws -> (shape: [Int], values: [Float]) {
            guard let entry = header.entries[name], entry.shape.count == dimensions, entry.type == .float32,
                let values = entry.values(in: file)
            else { throw bad("it has no tensor '\(name)'") }
            return (entry.shape, values)
        }
        let curve = try tensor("curve", dimensions: 2)
        let columns = curve.shape[1]
        guard columns > 0 else { throw bad("its curve has no loss") }
        let kinds = (0..<Self.mostKinds).prefix { header.entries["optimizer.\($0)"] != nil }
        self.init(
            specification: specification, data: data, step: step, lossSum: Double(bitPattern: bits),
            parameters: try tensor("parameters", dimensions: 1).values,
            averages: try tensor("averages", dimensions: 1).values,
            memory: try kinds.map { try tensor("optimizer.\($0)", dimensions: 1).values },
            curve: (0..<curve.shape[0]).map { row in
                let values = curve.values[row * columns..<(row + 1) * columns]
                return TrainingEpoch(number: row + 1, loss: values.first ?? 0, validation: Array(values.dropFirst()))
            })
        guard header.metadata["sha256"] == seal else { throw bad("its values are not those that were written") }
    }
}

extension TrainingSpecification {
    /// SHA-256 of the specification, in hexadecimal digits.
    package var digest: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Numbers and texts alone: there is nothing in it that JSON cannot hold but an infinite figure.
        let text = (try? encoder.encode(self)) ?? Data("\(self)".utf8)
        return hexadecimal(SHA256.hash(data: text))
    }
}
