package import ConvEngine
import Foundation

extension ImageList {
    /// The images of a folder as they are at this moment.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - limit: How many of them are taken at most; nil for all.
    ///   - memory: What was read before.
    ///   - team: The threads that share the files.
    /// - Throws: `DataError` where it is no folder or holds no images.
    package init(
        ofFolder folder: String, limit: Int?, memory: DigestMemory, team: ImageTeam
    ) throws(DataError) {
        let files = try ImageSet.images(in: URL(filePath: folder), limit: limit)
        let names = files.map(\.lastPathComponent)
        if let name = names.first(where: { !Self.isName($0) }) { throw .badName(name, folder: folder) }
        guard names.count <= Self.countLimit else { throw .tooManyImages(names.count, folder: folder) }
        let known = Self.known(names, in: folder, memory: memory, team: team)
        self.init(
            zip(names, known).map { name, known in
                Entry(name: name, size: known?.digest == nil ? 0 : known?.facts.size ?? 0, digest: known?.digest)
            })
    }

    /// Whether a folder of this host holds just these images under their names.
    ///
    /// What was read before and has not changed since is not read again.
    package func isHeld(byFolder folder: String, memory: DigestMemory, team: ImageTeam) -> Bool {
        let used = entries.filter { $0.digest != nil }
        // A look at the sizes first: a folder of the same name with other images is left at once.
        guard used.allSatisfy({ FileFacts(folder + "/" + $0.name)?.size == $0.size }) else { return false }
        let known = Self.known(used.map(\.name), in: folder, memory: memory, team: team)
        return zip(used, known).allSatisfy { $0.digest == $1?.digest }
    }

    /// What is in files of a folder, read unless it is known; nil where there is no file.
    private static func known(
        _ names: [String], in folder: String, memory: DigestMemory, team: ImageTeam
    ) -> [DigestMemory.Known?] {
        let subject = "folder \(folder)"
        var known = memory.known(of: subject)
        let before = known
        let now = team.map(names.count) { index in Self.known(folder + "/" + names[index], before[names[index]]) }
        for (name, new) in zip(names, now) { known[name] = new }
        if known != before {
            memory.remember(known.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, of: subject)
        }
        return now
    }

    private static func known(_ path: String, _ before: DigestMemory.Known?) -> DigestMemory.Known? {
        guard let facts = FileFacts(path) else { return nil }
        if let before, before.facts == facts { return before }
        let isSettled = facts.isSettled
        let data = try? FileReading.bytes(of: URL(filePath: path), atMost: ImageLimits.fileBytes)
        let image = data.flatMap { $0.count == facts.size && RGBImage.isImage($0) ? $0 : nil }
        return DigestMemory.Known(facts: facts, digest: image.map { ContentDigest(of: $0) }, isSettled: isSettled)
    }
}
