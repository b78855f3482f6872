package import ConvEngine
package import Foundation

/// Reads what a sweep names on a disk: once to know its digest, and again where its bytes are wanted.
package struct ContentReader: Sendable {
    package let memory: DigestMemory
    package let team: ImageTeam

    /// - Parameters:
    ///   - memory: What was read before.
    ///   - threads: How many threads read; by default one for each core.
    package init(memory: DigestMemory = DigestMemory(), threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.memory = memory
        team = ImageTeam(threads: max(1, threads))
    }

    /// The digest of a content, read unless it is known.
    ///
    /// - Throws: `DataError` where it cannot be read, or is not what it should be.
    package func digest(of source: ContentSource) throws(DataError) -> ContentDigest {
        switch source {
        case .images: return ContentDigest(of: try bytes(of: source))
        case .weights(let file, let encoder):
            let subject = "\(encoder.rawValue) in \(file)"
            guard let facts = FileFacts(file) else { return ContentDigest(of: try bytes(of: source)) }
            if let known = memory.known(of: subject)[encoder.rawValue], known.facts == facts, let digest = known.digest
            {
                return digest
            }
            let isSettled = facts.isSettled
            let digest = ContentDigest(of: try bytes(of: source))
            memory.remember(
                [(encoder.rawValue, .init(facts: facts, digest: digest, isSettled: isSettled))], of: subject)
            return digest
        }
    }

    /// A content as it travels: the list of a folder's images, or a `.safetensors` file with the encoder's tensors alone.
    ///
    /// - Throws: `DataError` where it cannot be read, or is not what it should be.
    package func bytes(of source: ContentSource) throws(DataError) -> Data {
        switch source {
        case .images(let folder, let limit):
            Data(try ImageList(ofFolder: folder, limit: limit, memory: memory, team: team).text)
        case .weights(let file, let encoder): try EncoderTensors(of: encoder, in: file).safetensors()
        }
    }

    /// Whether a file of this host has this content.
    ///
    /// What was read before and has not changed since is not read again.
    package func isHeld(_ digest: ContentDigest, byFile path: String) -> Bool {
        guard let facts = FileFacts(path) else { return false }
        let subject = "file \(path)"
        if let known = memory.known(of: subject)["file"], known.facts == facts { return known.digest == digest }
        let isSettled = facts.isSettled
        guard let found = try? ContentDigest(ofFile: URL(filePath: path)) else { return false }
        memory.remember([("file", .init(facts: facts, digest: found, isSettled: isSettled))], of: subject)
        return found == digest
    }
}
