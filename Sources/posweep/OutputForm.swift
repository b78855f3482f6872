import ArgumentParser
import Foundation

/// Whether a command prints words for people or JSON for scripts.
///
/// All JSON looks alike: keys in camelCase and in order, seconds, bytes. What is not known is left out; what has no value is null.
struct OutputForm: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    /// Prints what a command has found or done.
    func show(_ value: some Encodable, _ words: @autoclosure () throws -> String) throws {
        print(isJSON ? try Self.json(of: value) : try words())
    }

    /// A value as JSON text, which is harmless on a terminal too.
    static func json(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars {
            if isUnsafe(scalar) { text += escaped(scalar).unicodeScalars } else { text.append(scalar) }
        }
        return String(text)
    }

    /// What the encoder leaves as it is and a terminal may obey: C1 controls, and what turns lines around.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
