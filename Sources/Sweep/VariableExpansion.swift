/// Puts values of the environment into text, as a shell does.
enum VariableExpansion {
    struct Failure: Error {
        let cause: SweepMistake.Cause
    }

    /// The text with each `${NAME}` and `${NAME:-default}` replaced; what was put in is not searched again.
    static func expand(_ text: String, from environment: [String: String]) throws(Failure) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Failure(cause: .unclosedVariable(text))
            }
            let inside = rest[start.upperBound..<end]
            result += try value(of: inside, in: text, environment)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func value(
        of inside: Substring, in text: String, _ environment: [String: String]
    ) throws(Failure) -> String {
        let separator = inside.firstRange(of: ":-")
        let name = inside[..<(separator?.lowerBound ?? inside.endIndex)]
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        }
        guard !name.isEmpty, isName else { throw Failure(cause: .unclosedVariable(text)) }
        if let value = environment[String(name)], !value.isEmpty || separator == nil { return value }
        guard let separator else { throw Failure(cause: .unresolvedVariable(String(name))) }
        return String(inside[separator.upperBound...])
    }
}
