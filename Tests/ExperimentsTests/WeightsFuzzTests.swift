import Experiments
import Foundation
import TestSupport
import Testing

/// Files that somebody has damaged, or made to do harm.
@Suite("Damaged weights files")
struct WeightsFuzzTests {
    private static let rounds = 700

    @Test(arguments: ["weights.pth", "weights-legacy.pth", "weights.safetensors"])
    func `a mutated file is refused or gives tensors no larger than itself`(name: String) throws {
        let original = [UInt8](try Data(contentsOf: fixture(name)))
        var refused = 0
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "mutant")
            for round in 0..<Self.rounds {
                var random = RandomStream(seed: round, name: name)
                try Data(Self.mutated(original, &random)).write(to: file)
                do throws(DataError) {
                    let weights = try WeightsFile(readingFrom: file)
                    for (name, entry) in weights.entries {
                        #expect(entry.count * 2 <= original.count * 4)
                        // A type that is not read is a sound answer too.
                        if let values = try? weights.tensor(name, shape: entry.shape) {
                            #expect(values.count == entry.count)
                        }
                    }
                    _ = weights.encoders
                } catch {
                    refused += 1
                    #expect(!error.description.isEmpty)
                }
            }
        }
        // Most bytes of these small files are structure, so that a test that never refuses tests nothing.
        #expect(refused > Self.rounds / 4)
    }

    /// Some bytes changed, a stretch removed, doubled or filled, the end cut off, or an interesting number put in.
    private static func mutated(_ original: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        var bytes = original
        for _ in 0..<1 + random.integer(below: 4) {
            guard !bytes.isEmpty else { return bytes }
            let place = random.integer(below: bytes.count)
            let length = min(1 + random.integer(below: 32), bytes.count - place)
            switch random.integer(below: 7) {
            case 0: bytes[place] = UInt8(random.integer(below: 256))
            case 1: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
            case 2: bytes.removeSubrange(place..<place + length)
            case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 4: bytes.replaceSubrange(place..<place + length, with: repeatElement(0xff, count: length))
            case 5: bytes.removeLast(bytes.count - place)
            default:
                let numbers: [[UInt8]] = [
                    [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [0, 0, 0, 0, 0, 0, 0, 0x80], [0xff],
                ]
                let number = numbers[random.integer(below: numbers.count)].prefix(bytes.count - place)
                bytes.replaceSubrange(place..<place + number.count, with: number)
            }
        }
        return bytes
    }
}
