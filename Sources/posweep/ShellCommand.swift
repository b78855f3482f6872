import Sweep

/// A command of posweep as a shell reads it, whatever stands in its words.
struct ShellCommand: CustomStringConvertible {
    private let variables: [String: String]
    private let words: [String]

    /// - Parameters:
    ///   - words: What follows the program's name.
    ///   - variables: What the environment has to have.
    init(_ words: [String], variables: [String: String] = [:]) {
        (self.words, self.variables) = (words, variables)
    }

    /// A command on a sweep file, as it was given.
    init(_ verb: String, _ origin: SweepOrigin, _ further: [String] = []) {
        // What begins with a dash would be taken for an option.
        let path = origin.path.hasPrefix("-") ? "./" + origin.path : origin.path
        self.init(
            [verb, path] + origin.overrides.flatMap { Self.option("set", $0) } + further, variables: origin.variables)
    }

    /// An option with its value, which may begin with a dash.
    static func option(_ name: String, _ value: String) -> [String] {
        value.hasPrefix("-") ? ["--\(name)=\(value)"] : ["--\(name)", value]
    }

    var description: String {
        // Their names were found by a pattern that leaves nothing to quote.
        let assignments = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
        return (assignments + ["posweep"] + words.map(Self.quoted)).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./=,:+@%".contains($0)) }
        if isPlain && !word.isEmpty { return word }
        guard word.unicodeScalars.contains(where: isUnprintable) else {
            return "'" + word.replacing("'", with: "'\\''") + "'"
        }
        return "$'" + word.unicodeScalars.map(escaped).joined() + "'"
    }

    /// What no terminal and no clipboard should be given as it is.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// As bash, zsh and POSIX of 2024 read it between `$'` and `'`.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if scalar == "'" || scalar == "\\" { return "\\\(scalar)" }
        guard isUnprintable(scalar) else { return String(scalar) }
        return String(scalar).utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }
}
