/// A small file of settings, one level deep: behind each key stands a text, or a list of texts.
package struct FlatSettings: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let key: String
        package let values: [String]
        /// The file, line and column of the key.
        package let place: String
    }

    package let entries: [Entry]

    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - text: The text, in the YAML that sweep files are written in.
    ///   - path: The file's path, for messages.
    ///   - known: All keys that there are.
    /// - Throws: Every mistake in it.
    package init(_ text: String, path: String, known: [String]) throws(SweepError) {
        let (document, mistakes) = try DocumentReader.read(text, path: path, environment: [:])
        var reader = SweepFileReader(folder: "/") { _ in true }
        entries = reader.entries(of: document, section: "the file", known: known).map { entry in
            let values: [String]
            if case .list(let elements) = entry.value.content {
                values = elements.compactMap { reader.text($0, key: entry.key) }
            } else {
                values = [reader.text(entry.value, key: entry.key)].compactMap(\.self)
            }
            return Entry(key: entry.key, values: values, place: "\(entry.place)")
        }
        guard mistakes.isEmpty, reader.mistakes.isEmpty else { throw SweepError(mistakes + reader.mistakes) }
    }
}
