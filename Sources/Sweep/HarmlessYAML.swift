/// YAML in a form that costs Yams no more than its length.
///
/// Yams resolves aliases by sharing, and hashes keys, whole trees among them, to find duplicates. So nine lines of
/// aliases that end in a key cost it a walk over billions of nodes, and keys inside keys a walk for each level. Private
/// characters therefore stand for `*` and `?` while YAML is parsed. Without `*` there are no aliases; without `?` a key
/// has at most 1024 characters and stands in one line, where brackets can be counted.
enum HarmlessYAML {
    private static let asterisk: Unicode.Scalar = "\u{E0F0}"
    private static let questionMark: Unicode.Scalar = "\u{E0F1}"

    /// Whether one of the characters that stand for others is in the text already.
    static func isAmbiguous(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0 == asterisk || $0 == questionMark }
    }

    static func masked(_ text: String) -> String {
        mapping(text) { $0 == "*" ? asterisk : $0 == "?" ? questionMark : $0 }
    }

    static func unmasked(_ text: String) -> String {
        mapping(text) { $0 == asterisk ? "*" : $0 == questionMark ? "?" : $0 }
    }

    private static func mapping(_ text: String, _ scalar: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map(scalar)))
    }

    /// What a masked scalar without quotes was, where that is nothing we read.
    static func refusal(ofPlain text: String) -> SweepMistake.Cause? {
        let scalars = text.unicodeScalars
        switch scalars.first {
        case asterisk: return .refusedYAML("aliases", instead: "write the value out, or put it in quotes")
        case questionMark where scalars.dropFirst().first?.properties.isWhitespace != false:
            return .refusedYAML("keys after '?'", instead: "write key: value")
        default: return nil
        }
    }

    /// The first bracket that opens more levels than this within its line, wherever it stands.
    static func bracket(openingMoreThan limit: Int, in text: String) -> (line: Int, column: Int)? {
        var (line, column, depth) = (1, 0, 0)
        for scalar in text.unicodeScalars {
            column += 1
            switch scalar {
            case "[", "{":
                depth += 1
                if depth > limit { return (line, column) }
            case "]", "}": depth = max(0, depth - 1)
            case "\n": (line, column, depth) = (line + 1, 0, 0)
            default: break
            }
        }
        return nil
    }
}
