/// Comma-separated text as RFC 4180 describes it.
enum CommaSeparated {
    struct Line {
        /// The number of the line on which the record begins, from 1.
        let number: Int
        let fields: [String]
    }

    /// The records of a text; empty lines are left out.
    static func parse(_ text: String) -> [Line] {
        var lines: [Line] = []
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var (isQuoted, wasQuoted) = (false, false)
        var (number, start) = (1, 1)
        func endField() {
            fields.append(String(field))
            field.removeAll()
            wasQuoted = false
        }
        func endLine() {
            if !fields.isEmpty || !field.isEmpty || wasQuoted {
                endField()
                lines.append(Line(number: start, fields: fields))
                fields = []
            }
        }
        // By scalars: a quote under an accent is one character to Swift, and still ends a field.
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            let isNewline = scalar.properties.isWhitespace && Character(scalar).isNewline
            if isNewline, !(previous == "\r" && scalar == "\n") { number += 1 }
            previous = scalar
            switch scalar {
            case "\"" where isQuoted: isQuoted = false
            case "\"":
                // A quote right after a closing one stands for itself.
                if wasQuoted { field.append("\"") }
                (isQuoted, wasQuoted) = (true, true)
            case _ where isQuoted: field.append(scalar)
            case ",": endField()
            case _ where isNewline:
                endLine()
                start = number
            case "\u{FEFF}": break
            default: field.append(scalar)
            }
        }
        endLine()
        return lines
    }

    /// A record with its line end.
    static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ field: String) -> String {
        // By bytes and scalars: a quote under an accent is one character to Swift, and still ends a field.
        guard field.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0D || $0 == 0x0A }) else { return field }
        var quoted = String.UnicodeScalarView()
        for scalar in field.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return "\"\(String(quoted))\""
    }

    /// A text that no spreadsheet takes for a formula and no terminal for a command.
    ///
    /// Names come from files of strangers; a cell that begins with `=` would be run when the table is opened. So would what
    /// follows a semicolon, which divides cells where the comma is the decimal point. Numbers stay as they are.
    static func harmless(_ name: String) -> String {
        if isPlain(name) { return name }
        let parts = PrintableText.printable(name).unicodeScalars.split(separator: ";", omittingEmptySubsequences: false)
        return parts.map { part in
            let text = String(part)
            let first = part.first { !" \"'".unicodeScalars.contains($0) }
            guard let first, formulaSigns.contains(first), Double(text) == nil else { return text }
            return "'" + text
        }.joined(separator: ";")
    }

    /// Whether a text is ASCII that begins with a letter or a digit and divides no cells, as nearly all of a million are.
    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first else { return true }
        let begins = (0x30...0x39).contains(first) || (0x41...0x5A).contains(first & 0xDF)
        return begins && name.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x3B }
    }

    /// What a formula begins with; the wide forms count where such letters are at home.
    private static let formulaSigns = "=+-@＝＋－＠".unicodeScalars
}
