/// A value of a sweep file that knows where it stands.
struct Document: Hashable {
    let place: SweepMistake.Place
    var content: Content

    indirect enum Content: Hashable {
        case nothing
        /// The text of a scalar; quoted ones are text even where they look like numbers.
        case scalar(String)
        case list([Document])
        case map([Entry])
    }

    struct Entry: Hashable {
        let key: String
        let place: SweepMistake.Place
        var value: Document
    }

    /// What it is, for messages.
    var kind: String {
        switch content {
        case .nothing: "nothing"
        case .scalar(let text): "'\(text.prefix(80))'"
        case .list: "a list"
        case .map: "a map"
        }
    }

    var text: String? {
        guard case .scalar(let text) = content else { return nil }
        return text
    }

    var entries: [Entry]? {
        switch content {
        case .map(let entries): entries
        case .nothing: []
        case .scalar, .list: nil
        }
    }

    subscript(key: String) -> Document? {
        entries?.first { $0.key == key }?.value
    }

    /// The document with this value under a path of keys; maps on the way are made where there are none.
    func setting(_ path: ArraySlice<Substring>, to value: Document) -> Document {
        guard let key = path.first else { return value }
        var entries = entries ?? []
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = entries[index].value.setting(path.dropFirst(), to: value)
        } else {
            let nothing = Document(place: value.place, content: .nothing)
            let entry = Entry(
                key: String(key), place: value.place, value: nothing.setting(path.dropFirst(), to: value))
            entries.append(entry)
        }
        return Document(place: place, content: .map(entries))
    }
}
