/// A map in a sweep file: the keys that it may have, what each accepts, and what it is for.
///
/// The reader takes these keys and no others, and the sweep file's reference lists them: a key that is read is a key
/// that is documented.
struct SweepFileSection: Sendable {
    /// Where it stands, as `data`, or what it is, where it may stand in several places.
    let name: String
    /// Its heading in the reference.
    let heading: String
    /// One or two sentences for the reference.
    let summary: String
    let keys: [Key]

    struct Key: Sendable {
        let name: String
        /// What may stand behind it.
        let accepts: String
        /// What holds where it is left out; nil where it may not be.
        let fallback: String?
        let summary: String

        /// - Parameters:
        ///   - name: The key.
        ///   - accepts: What may stand behind it.
        ///   - fallback: What holds where it is left out; nil where it may not be.
        ///   - summary: One sentence.
        init(_ name: String, _ accepts: String, or fallback: String?, _ summary: String) {
            (self.name, self.accepts, self.fallback, self.summary) = (name, accepts, fallback, summary)
        }
    }

    /// - Parameters:
    ///   - name: Where it stands, or the first of its keys.
    ///   - heading: Its heading in the reference; by default the name.
    ///   - summary: One or two sentences.
    ///   - keys: The keys that it may have.
    init(name: String, heading: String? = nil, summary: String, keys: [Key]) {
        (self.name, self.heading, self.summary, self.keys) = (name, heading ?? "`\(name)`", summary, keys)
    }

    var keyNames: [String] { keys.map(\.name) }
}

extension SweepFileReader {
    /// The entries of a map, without those whose key the section does not have.
    ///
    /// - Parameters:
    ///   - document: The map.
    ///   - section: What it may have.
    ///   - key: What messages call it, where it stands elsewhere than the section says.
    ///   - further: Keys that would be right in its place, for a message's advice.
    /// - Returns: The entries.
    mutating func entries(
        of document: Document, _ section: SweepFileSection, at key: String? = nil, or further: [String] = []
    ) -> [Document.Entry] {
        entries(of: document, section: key ?? section.name, known: section.keyNames + further)
    }
}
