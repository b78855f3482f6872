/// What stands in front of torchvision's names in a file, and what of them is missing there.
///
/// Training scripts put `module.`, `backbone.` and the like in front, and some save a VGG's `features` alone, without that
/// word. One rule holds for a whole file; where two would do, nobody can know which is meant.
package struct NamePrefix: Hashable, Sendable {
    private let prefix: String

    /// The words that may stand in front.
    private static let words: Set<Substring> = [
        "_orig_mod", "backbone", "encoder", "features", "model", "module", "net",
    ]

    /// Finds the rule.
    ///
    /// - Parameters:
    ///   - names: The file's names.
    ///   - anchor: One of torchvision's names that the file must have.
    ///   - file: The file's path, for messages.
    /// - Throws: `DataError.ambiguousNames` where several of its tensors could be that one.
    package init(of names: some Collection<String>, anchor: String, file: String) throws(DataError) {
        let bare = Self.bare(anchor)
        let candidates = names.filter { Self.bare($0) == bare }.sorted()
        guard candidates.count <= 1 else { throw .ambiguousNames(candidates, file: file) }
        prefix = candidates.first.map { String($0.dropLast(bare.count)) } ?? String(anchor.dropLast(bare.count))
    }

    /// The name that a tensor of torchvision's has in the file.
    package func name(of tensor: String) -> String {
        prefix + Self.bare(tensor)
    }

    /// A name without the words in front.
    private static func bare(_ name: String) -> Substring {
        var rest = name[...]
        while let dot = rest.firstIndex(of: "."), words.contains(rest[..<dot]) {
            rest = rest[rest.index(after: dot)...]
        }
        return rest
    }
}
