import Experiments
import Foundation
import TestSupport
import Testing

/// Checkpoints that PyTorch wrote, read beside what PyTorch reads (Fixtures/make_weights.py).
@Suite("PyTorch's weights files")
struct TorchCheckpointTests {
    private struct Expected: Decodable {
        let type: String
        let shape: [Int]
        let values: [Double]
    }

    private func expected() throws -> [String: Expected] {
        try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: fixture("weights.json")))
    }

    @Test(arguments: ["weights.pth", "weights-legacy.pth", "weights-nested.pth"])
    func `every tensor has the values that PyTorch reads`(name: String) throws {
        let file = try WeightsFile(readingFrom: fixture(name))
        let expected = try expected()
        #expect(Set(file.entries.keys) == Set(expected.keys))
        for (name, tensor) in expected {
            #expect(file.entries[name]?.shape == tensor.shape, "\(name)")
            if ["int64", "float64"].contains(tensor.type) {
                let error = try #require(throws: DataError.self) { try file.tensor(name, shape: tensor.shape) }
                #expect(error.description.contains("F32, F16 and BF16 are read"))
            } else {
                #expect(try file.tensor(name, shape: tensor.shape).map(Double.init) == tensor.values, "\(name)")
            }
        }
    }

    @Test func `what a file is, its first bytes say`() throws {
        #expect(try WeightsFile(readingFrom: fixture("weights.pth")).form == .zip)
        #expect(try WeightsFile(readingFrom: fixture("weights-legacy.pth")).form == .legacy)
        #expect(try WeightsFile(readingFrom: fixture("weights.safetensors")).form == .safetensors)
    }

    /// A pickle behind the header of the older form.
    private func legacy(_ pickle: [UInt8]) throws -> DataError {
        let whole = try Data(contentsOf: fixture("weights-legacy.pth"))
        let start = try #require(whole.range(of: Data("ccollections\nOrderedDict".utf8))).lowerBound - 2
        return try withTemporaryFolder { folder in
            let file = folder.appending(path: "bad.pth")
            try (whole[..<start] + Data(pickle)).write(to: file)
            return try #require(throws: DataError.self) { try WeightsFile(readingFrom: file) }
        }
    }

    private static let hostile: [(String, [UInt8], String)] = [
        ("a call of os.system", Array("\u{1}cos\nsystem\n(X\u{2}\u{0}\u{0}\u{0}lstR.".utf8), "refers to 'os.system'"),
        ("a builtin", Array("cbuiltins\neval\n.".utf8), "refers to 'builtins.eval'"),
        ("another class of torch", Array("ctorch\nload\n.".utf8), "refers to 'torch.load'"),
        ("an instance opcode", Array("(i__main__\nX\n.".utf8), "opcode 0x69"),
        ("an extension registry", [0x82, 1], "opcode 0x82"),
        ("a text longer than the file", [UInt8(ascii: "X"), 255, 255, 255, 127], "holds a text of 2147483647 bytes"),
        ("a value that is not there", Array("0.".utf8), "takes more values than there are"),
        ("a memo that is not there", Array("h\u{5}.".utf8), "recalls what it has not remembered"),
        ("an end without a beginning", Array("t.".utf8), "ends what it has not begun"),
        ("no end", Array("NNN".utf8), "ends too early"),
        ("no tensors", Array("}.".utf8), "holds no dictionary of tensors"),
        ("a call of a storage class", Array("ctorch\nFloatStorage\n)R.".utf8), "calls a storage class"),
        ("attributes of a number", Array("K\u{1}}b.".utf8), "gives attributes to something else"),
    ]

    @Test(arguments: hostile)
    func `what no weights file needs is refused by name`(what: String, pickle: [UInt8], cause: String) throws {
        let body = pickle.first == 1 ? Array(pickle.dropFirst()) : pickle
        let error = try legacy([0x80, 2] + body)
        #expect(error.description.contains(cause), "\(what): \(error)")
    }

    @Test func `a pickle that asks for more memory than its file is refused`() throws {
        let error = try legacy([0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: 200_000) + [UInt8(ascii: ".")])
        #expect(error.description.contains("more memory than the file"))
    }

    /// A tensor of a storage of 24 floats, as a pickle of the older form.
    private func tensor(offset: UInt8, shape: [UInt8], strides: [UInt8]) -> [UInt8] {
        func text(_ text: String) -> [UInt8] {
            [UInt8(ascii: "X"), UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
        }
        func tuple(_ items: [UInt8]) -> [UInt8] {
            [UInt8(ascii: "(")] + items.flatMap { [UInt8(ascii: "K"), $0] } + [UInt8(ascii: "t")]
        }
        let storage =
            [UInt8(ascii: "(")] + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu")
            + [UInt8(ascii: "K"), 24] + Array("tQ".utf8)
        return [0x80, 2] + Array("}".utf8) + text("w") + Array("ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage
            + [UInt8(ascii: "K"), offset] + tuple(shape) + tuple(strides) + [0x89] + Array("NtRs.".utf8)
            + [0x80, 2] + Array("]".utf8) + text("0") + Array("a.".utf8)
            + (0..<8).map { $0 == 0 ? 24 : 0 } + [UInt8](repeating: 0, count: 96)
    }

    @Test func `a tensor inside its storage is read`() throws {
        let whole = try Data(contentsOf: fixture("weights-legacy.pth"))
        let start = try #require(whole.range(of: Data("ccollections\nOrderedDict".utf8))).lowerBound - 2
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "good.pth")
            try (whole[..<start] + Data(tensor(offset: 3, shape: [3, 7], strides: [7, 1]))).write(to: file)
            #expect(try WeightsFile(readingFrom: file).tensor("w", shape: [3, 7]) == [Float](repeating: 0, count: 21))
        }
    }

    @Test(
        arguments: [
            ([24], [2], 0), ([25], [1], 0), ([24], [1], 1), ([5, 5], [5, 1], 0), ([200, 200], [0, 0], 0),
            ([25], [0], 0),
            ([1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1], 0), ([2], [1, 1], 0),
        ] as [([UInt8], [UInt8], UInt8)])
    func `a tensor that reaches past its storage, or repeats it, is refused`(
        shape: [UInt8], strides: [UInt8], offset: UInt8
    ) throws {
        let error = try legacy(tensor(offset: offset, shape: shape, strides: strides))
        #expect(error.description.contains("tensor 'w'"), "\(error)")
    }

    @Test func `the weights of a deeper network are not taken for those of a shallower one`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "deep.safetensors")
            try Safetensors.write(
                EncoderName.resnet101.tensors.map { name, shape in
                    .init(name: name, shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
                }, isHalf: true, to: file)
            #expect(try WeightsFile(readingFrom: file).encoders == [.resnet101])
            var settings = EncoderSettings()
            settings.name = .resnet50
            #expect(throws: DataError.otherEncoder(file.path, found: ["resnet101"], wanted: "resnet50")) {
                try WeightsSource(settings, file: file.path)
            }
            settings.name = .resnet101
            #expect(try WeightsSource(settings, file: file.path).tensor("bn1.bias", shape: [64]).count == 64)
        }
    }

    @Test func `a compressed archive is refused`() throws {
        var data = try Data(contentsOf: fixture("weights.pth"))
        let directory = try #require(data.range(of: Data([0x50, 0x4b, 1, 2]))).lowerBound
        data[directory + 10] = 8
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "packed.pth")
            try data.write(to: file)
            let error = try #require(throws: DataError.self) { try WeightsFile(readingFrom: file) }
            #expect(error.description.contains("is compressed"))
        }
    }
}

@Suite("Names in weights files")
struct NamePrefixTests {
    @Test(arguments: [
        ["features.0.weight", "features.2.weight", "classifier.0.weight"], ["0.weight", "2.weight"],
        ["module.features.0.weight", "module.features.2.weight"], ["backbone.0.weight", "backbone.2.weight"],
        ["module.backbone.features.0.weight", "module.backbone.features.2.weight", "module.head.0.weight"],
    ])
    func `a VGG is found behind any usual prefix`(names: [String]) throws {
        let prefix = try NamePrefix(of: names, anchor: "features.0.weight", file: "f")
        #expect(prefix.name(of: "features.0.weight") == names[0])
        #expect(prefix.name(of: "features.2.weight") == names[1])
    }

    @Test func `a ResNet is found behind a prefix`() throws {
        let names = ["module.conv1.weight", "module.layer1.0.conv1.weight", "module.fc.weight"]
        let prefix = try NamePrefix(of: names, anchor: "conv1.weight", file: "f")
        #expect(prefix.name(of: "layer1.0.conv1.weight") == names[1])
    }

    @Test func `two networks in one file are not guessed between`() throws {
        let names = ["encoder.features.0.weight", "backbone.features.0.weight"]
        let error = try #require(throws: DataError.self) {
            try NamePrefix(of: names, anchor: "features.0.weight", file: "both.pth")
        }
        #expect(error == .ambiguousNames(names.sorted(), file: "both.pth"))
    }

    @Test(arguments: EncoderName.allCases)
    func `an encoder's tensors are those that its network asks for`(encoder: EncoderName) throws {
        let asked = AskedNames()
        _ = try encoder.network(weights: asked, padding: .zero)
        #expect(asked.names.sorted() == encoder.tensors.map { "\($0.name) \($0.shape)" }.sorted())
    }
}

/// Weights of zeros that remember what was asked for.
private final class AskedNames: EncoderWeights {
    private(set) var names: [String] = []

    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        names.append("\(name) \(shape)")
        return [Float](repeating: 0, count: shape.reduce(1, *))
    }
}
