/// Text from files and hosts made fit for a terminal.
package enum PrintableText {
    /// The text without control characters, which could move the cursor, recolour the screen or turn lines around.
    package static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.isObeyed { scalars.append(scalar) }
        return String(scalars)
    }

    /// The same for a text of several lines, which stay lines.
    package static func printableLines(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { printable(String($0)) }
            .joined(separator: "\n")
    }

    /// The columns that a text takes on a terminal: two for East Asian and emoji characters, none for what is laid over
    /// the character before.
    package static func width(of text: String) -> Int {
        text.reduce(0) { sum, character in sum + width(of: character) }
    }

    /// The columns that a character takes.
    package static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let isEmoji = first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}")
        return isEmoji || isWide(first) ? 2 : 1
    }

    /// The blocks of wide and full-width characters (Unicode Standard Annex 11).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// As much of a text's start as takes no more columns than these.
    package static func start(of text: String, width limit: Int) -> String {
        var width = 0
        return String(
            text.prefix { character in
                width += self.width(of: character)
                return width <= limit
            })
    }

    /// The text with spaces behind it, up to so many columns.
    package static func leading(_ text: String, width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(of: text)))
    }

    /// The text with spaces before it, up to so many columns.
    package static func trailing(_ text: String, width: Int) -> String {
        String(repeating: " ", count: max(0, width - self.width(of: text))) + text
    }
}
