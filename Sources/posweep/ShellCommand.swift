import ResultsStore
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
        let path = Self.looksLikeAnOption(origin.path) ? "./" + origin.path : origin.path
        self.init(
            [verb, path] + origin.overrides.flatMap { Self.option("set", $0) } + further, variables: origin.variables)
    }

    /// An option with its value, which may begin with a dash.
    static func option(_ name: String, _ value: String) -> [String] {
        looksLikeAnOption(value) ? ["--\(name)=\(value)"] : ["--\(name)", value]
    }

    private static func looksLikeAnOption(_ word: String) -> Bool { word.unicodeScalars.first == "-" }

    var description: String {
        // Their names were found by a pattern that leaves nothing to quote.
        let assignments = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
        return (assignments + ["posweep"] + words.map(Self.quoted)).joined(separator: " ")
    }

    /// By scalars, as a shell reads: to Swift a quote under an accent is another character than a quote.
    private static func quoted(_ word: String) -> String {
        let scalars = word.unicodeScalars
        if !scalars.isEmpty, scalars.allSatisfy(isPlain) { return word }
        guard scalars.contains(where: \.isObeyed) else {
            return "'" + scalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
        }
        return "$'" + scalars.map(escaped).joined() + "'"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "_-./=,:+@%".unicodeScalars.contains(scalar)
        }
    }

    /// As bash, zsh and POSIX of 2024 read it between `$'` and `'`.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if scalar == "'" || scalar == "\\" { return "\\\(scalar)" }
        guard scalar.isObeyed else { return String(scalar) }
        return String(scalar).utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }
}
