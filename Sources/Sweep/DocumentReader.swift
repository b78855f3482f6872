import Yams

/// Reads YAML into a document: bounded, without anchors, aliases and tags, every value with its place.
struct DocumentReader {
    static let bytesLimit = 1 << 20
    static let depthLimit = 32
    static let valuesLimit = 100_000

    private let placeOf: (_ line: Int, _ column: Int) -> SweepMistake.Place
    private let environment: [String: String]
    private(set) var mistakes: [SweepMistake] = []
    private var values = 0

    private init(
        environment: [String: String], placeOf: @escaping (_ line: Int, _ column: Int) -> SweepMistake.Place
    ) {
        self.environment = environment
        self.placeOf = placeOf
    }

    /// Reads the text of a file.
    static func read(
        _ text: String, path: String, environment: [String: String]
    ) throws(SweepError) -> (document: Document, mistakes: [SweepMistake]) {
        try read(text, environment: environment) { line, column in .file(path, line: line, column: column) }
    }

    /// Reads a value, all of which stands at one place.
    ///
    /// Nothing is read from the environment: the shell has done so.
    static func read(_ text: String, at place: SweepMistake.Place) throws(SweepError) -> Document {
        let (document, mistakes) = try read(text, environment: nil) { _, _ in place }
        guard mistakes.isEmpty else { throw SweepError(mistakes) }
        return document
    }

    private static func read(
        _ text: String, environment: [String: String]?,
        placeOf: @escaping (_ line: Int, _ column: Int) -> SweepMistake.Place
    ) throws(SweepError) -> (Document, [SweepMistake]) {
        let start = placeOf(1, 1)
        func failure(_ cause: SweepMistake.Cause, at place: SweepMistake.Place? = nil) -> SweepError {
            SweepError([SweepMistake(place: place ?? start, cause: cause)])
        }
        guard text.utf8.count <= bytesLimit else {
            throw failure(.textTooLong(bytes: text.utf8.count, limit: bytesLimit))
        }
        guard !HarmlessYAML.isAmbiguous(text) else {
            throw failure(.notYAML("it contains a private character, U+E0F0 or U+E0F1"))
        }
        if let (line, column) = HarmlessYAML.bracket(openingMoreThan: depthLimit, in: text) {
            throw failure(.tooDeep(limit: depthLimit), at: placeOf(line, column))
        }
        let withoutMark = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let parser: Parser
        let root: Node?
        do {
            parser = try Parser(yaml: HarmlessYAML.masked(withoutMark), resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            let (cause, mark) = explain(error, text: text)
            throw failure(cause, at: mark.map { placeOf($0.line, $0.column) })
        } catch {
            throw failure(.notYAML("\(error)"))
        }
        guard let root else { return (Document(place: start, content: .nothing), []) }
        var reader = DocumentReader(environment: environment ?? [:], placeOf: placeOf)
        // Nodes refer to their anchors weakly; the parser holds them.
        defer { withExtendedLifetime(parser) {} }
        do {
            return (try reader.document(root, depth: 1, expands: environment != nil), reader.mistakes)
        } catch {
            throw SweepError(reader.mistakes + [error.mistake])
        }
    }

    /// Stops the reading: what follows could be without end.
    private struct Refusal: Error {
        let mistake: SweepMistake
    }

    private mutating func document(_ node: Node, depth: Int, expands: Bool) throws(Refusal) -> Document {
        let place = placeOf(node.mark?.line ?? 1, node.mark?.column ?? 1)
        func refuse(_ cause: SweepMistake.Cause) -> Refusal {
            Refusal(mistake: SweepMistake(place: place, cause: cause))
        }
        values += 1
        guard values <= Self.valuesLimit else { throw refuse(.tooManyValues(limit: Self.valuesLimit)) }
        guard depth <= Self.depthLimit else { throw refuse(.tooDeep(limit: Self.depthLimit)) }
        guard node.anchor == nil else { throw refuse(.refusedYAML("anchors", instead: "write the value out")) }
        guard !Self.isTagged(node) else { throw refuse(.refusedYAML("tags", instead: "leave the tag out")) }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            if isPlain, let refusal = HarmlessYAML.refusal(ofPlain: scalar.string) { throw refuse(refusal) }
            if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
                return Document(place: place, content: .nothing)
            }
            let text = HarmlessYAML.unmasked(scalar.string)
            return Document(place: place, content: .scalar(expands ? expanded(text, at: place) : text))
        case .sequence(let sequence):
            var list: [Document] = []
            for element in sequence { list.append(try document(element, depth: depth + 1, expands: expands)) }
            return Document(place: place, content: .list(list))
        case .mapping(let mapping):
            var entries: [Document.Entry] = []
            for (key, value) in mapping {
                let name = try document(key, depth: depth + 1, expands: false)
                guard let text = name.text else {
                    throw Refusal(
                        mistake: SweepMistake(
                            place: name.place,
                            cause: .refusedYAML("keys that are no text", instead: "write key: value")))
                }
                let value = try document(value, depth: depth + 1, expands: expands)
                entries.append(Document.Entry(key: text, place: name.place, value: value))
            }
            return Document(place: place, content: .map(entries))
        case .alias:
            throw refuse(.refusedYAML("aliases", instead: "write the value out"))
        }
    }

    private mutating func expanded(_ text: String, at place: SweepMistake.Place) -> String {
        do {
            return try VariableExpansion.expand(text, from: environment)
        } catch {
            mistakes.append(SweepMistake(place: place, cause: error.cause))
            return text
        }
    }

    /// Whether a tag was written; quoted scalars carry the one of text by themselves.
    private static func isTagged(_ node: Node) -> Bool {
        switch node {
        case .scalar(let scalar):
            scalar.style == .plain && !["", Tag.Name.str.rawValue].contains(scalar.tag.description)
        case .sequence(let sequence): !["", Tag.Name.seq.rawValue].contains(sequence.tag.description)
        case .mapping(let mapping): !["", Tag.Name.map.rawValue].contains(mapping.tag.description)
        case .alias: false
        }
    }

    private static func explain(_ error: YamlError, text: String) -> (SweepMistake.Cause, Mark?) {
        let hint = text.contains("${") ? " (inside { } and [ ] write \"${NAME}\" in quotes)" : ""
        return switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            (.notYAML((context.map { $0.text + " " } ?? "") + problem + hint), mark)
        case .duplicatedKeysInMapping(let duplicates, let context):
            (.duplicateKey(HarmlessYAML.unmasked(duplicates.first ?? "")), context.mark)
        case .reader(let problem, let offset, let value, _):
            (.notYAML("\(problem) (\(value) at byte \(offset ?? 0))"), nil)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            (.notYAML("\(error)"), nil)
        }
    }
}
