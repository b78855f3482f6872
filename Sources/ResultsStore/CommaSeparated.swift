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
        var field = ""
        var (isQuoted, wasQuoted) = (false, false)
        var (number, start) = (1, 1)
        func endField() {
            fields.append(field)
            field = ""
            wasQuoted = false
        }
        func endLine() {
            if !fields.isEmpty || !field.isEmpty || wasQuoted {
                endField()
                lines.append(Line(number: start, fields: fields))
                fields = []
            }
        }
        for character in text {
            if character.isNewline { number += 1 }
            switch character {
            case "\"" where isQuoted: isQuoted = false
            case "\"":
                // A quote right after a closing one stands for itself.
                if wasQuoted { field.append("\"") }
                (isQuoted, wasQuoted) = (true, true)
            case _ where isQuoted: field.append(character)
            case ",": endField()
            case _ where character.isNewline:
                endLine()
                start = number
            case "\u{FEFF}": break
            default: field.append(character)
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
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    /// A text that no spreadsheet takes for a formula and no terminal for a command.
    ///
    /// Names come from files of strangers; a cell that begins with `=` would be run when the table is opened. Numbers
    /// stay as they are.
    static func harmless(_ name: String) -> String {
        let text = PrintableText.printable(name)
        guard let first = text.unicodeScalars.first, "=+-@".unicodeScalars.contains(first), Double(text) == nil
        else { return text }
        return "'" + text
    }
}
