import Crypto
import Foundation

/// A training's checkpoint as it goes from one execution to the next, maybe on another host.
///
///     SHA-256 of all that follows · bytes of the heading u32, little-endian · the heading, JSON · the checkpoint
///
/// The checkpoint itself says which training of which images it is; the heading says who has trained so far.
struct TrainingHandover {
    /// Who has trained so far, and how far.
    struct Heading: Hashable, Codable {
        /// The version of the program; another one may compute otherwise.
        let program: String
        /// The processors that have trained, in order, each once where it follows itself.
        let processors: [String]
        let step: Int
    }

    let heading: Heading
    /// What `EncoderTraining.checkpoint()` has made.
    let checkpoint: Data

    private static let digestBytes = 32
    private static let headingLimit = 64 * 1024

    init(_ heading: Heading, _ checkpoint: Data) {
        (self.heading, self.checkpoint) = (heading, checkpoint)
    }

    /// The file's bytes.
    func file() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let heading = try encoder.encode(heading)
        let length = Data((0..<4).map { UInt8(truncatingIfNeeded: heading.count >> (8 * $0)) })
        var hash = SHA256()
        for part in [length, heading, checkpoint] { hash.update(data: part) }
        // A checkpoint may take hundreds of megabytes, so no more copies of it than one.
        var file = Data(capacity: Self.digestBytes + length.count + heading.count + checkpoint.count)
        for part in [Data(hash.finalize()), length, heading, checkpoint] { file.append(part) }
        return file
    }

    /// Reads a file that came from elsewhere.
    ///
    /// - Throws: `HandoverError` where it is not as it was written.
    init(_ file: Data) throws(HandoverError) {
        guard file.count >= Self.digestBytes + 4 else { throw .notOne }
        let body = file.dropFirst(Self.digestBytes)
        guard Data(SHA256.hash(data: body)) == file.prefix(Self.digestBytes) else { throw .damaged }
        let length = body.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= min(Self.headingLimit, body.count - 4) else { throw .notOne }
        guard let heading = try? JSONDecoder().decode(Heading.self, from: Data(body.dropFirst(4).prefix(length)))
        else { throw .notOne }
        self.heading = heading
        checkpoint = body.dropFirst(4 + length)
    }
}

/// Why a checkpoint is not gone on from.
enum HandoverError: Error, Hashable, CustomStringConvertible {
    case notOne
    case damaged
    case otherProgram(String)

    var description: String {
        switch self {
        case .notOne: "it is no checkpoint of a training in a sweep"
        case .damaged: "its bytes are not those that were written"
        case .otherProgram(let version): "it was made by posweep \(version)"
        }
    }
}
