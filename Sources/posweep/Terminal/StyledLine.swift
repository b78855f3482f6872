import ResultsStore

/// A line for a terminal: texts in a tone each, without control characters.
struct StyledLine: Hashable, Sendable {
    /// What a text is, which decides its colour.
    enum Tone: Hashable, Sendable {
        case plain, strong, faint, good, wary, bad

        /// The parameter of the escape sequence that selects it (ECMA-48, 8.3.117).
        fileprivate var code: Int? {
            switch self {
            case .plain: nil
            case .strong: 1
            case .faint: 2
            case .good: 32
            case .wary: 33
            case .bad: 31
            }
        }
    }

    private struct Span: Hashable, Sendable {
        let text: String
        let tone: Tone
    }

    private var spans: [Span] = []
    /// The columns that it takes.
    private(set) var width = 0

    init(_ text: String = "", _ tone: Tone = .plain) {
        append(text, tone)
    }

    mutating func append(_ text: String, _ tone: Tone = .plain) {
        let text = PrintableText.printable(text)
        guard !text.isEmpty else { return }
        spans.append(Span(text: text, tone: tone))
        width += PrintableText.width(of: text)
    }

    mutating func append(_ line: StyledLine) {
        spans += line.spans
        width += line.width
    }

    /// Fills the line up with spaces to so many columns.
    mutating func fill(to column: Int) {
        append(String(repeating: " ", count: max(0, column - width)))
    }

    /// The line in no more columns than these; where something is cut off, its last character says so.
    func cut(to limit: Int) -> StyledLine {
        guard width > limit else { return self }
        var line = StyledLine()
        for span in spans {
            guard line.width + PrintableText.width(of: span.text) >= limit else {
                line.append(span.text, span.tone)
                continue
            }
            line.append(PrintableText.start(of: span.text, width: limit - 1 - line.width), span.tone)
            break
        }
        if limit > 0 { line.append("…", .faint) }
        return line
    }

    /// What a terminal is sent for it.
    func rendered(_ style: TerminalStyle) -> String {
        spans.map { span in
            let text = style.drawsBlocks ? span.text : Self.ascii(span.text)
            guard style.hasColour, let code = span.tone.code else { return text }
            return "\u{1B}[\(code)m\(text)\u{1B}[0m"
        }.joined()
    }

    /// A text in as many ASCII characters as it takes columns.
    private static func ascii(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return text.map { character in
            switch character {
            case "█", "▓": "#"
            case "░", "–", "—", "−": "-"
            case "…": "~"
            case "→": ">"
            case _ where character.isASCII: String(character)
            default: String(repeating: "?", count: PrintableText.width(of: character))
            }
        }.joined()
    }
}
