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
        // By scalars: a quote under an accent is one character to Swift, and still ends a field.
        let scalars = field.unicodeScalars
        guard scalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
        var quoted = String.UnicodeScalarView()
        for scalar in scalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return "\"\(String(quoted))\""
    }

    /// A text that no spreadsheet takes for a formula and no terminal for a command.
    ///
    /// Names come from files of strangers; a cell that begins with `=` would be run when the table is opened. So would what
    /// follows a semicolon, which divides cells where the comma is the decimal point. Numbers stay as they are.
    static func harmless(_ name: String) -> String {
        let parts = PrintableText.printable(name).unicodeScalars.split(separator: ";", omittingEmptySubsequences: false)
        return parts.map { part in
            let text = String(part)
            let first = part.first { !" \"'".unicodeScalars.contains($0) }
            guard let first, formulaSigns.contains(first), Double(text) == nil else { return text }
            return "'" + text
        }.joined(separator: ";")
    }

    /// What a formula begins with; the wide forms count where such letters are at home.
    private static let formulaSigns = "=+-@＝＋－＠".unicodeScalars
}
