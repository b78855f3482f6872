import ArgumentParser
import Foundation
import ResultsStore

/// Whether a command prints words for people or JSON for scripts.
///
/// All JSON looks alike: keys in camelCase and in order, seconds, bytes. What is not known is left out; what has no value is null.
struct OutputForm: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    /// Prints what a command has found or done.
    func show(_ value: some Encodable, _ words: @autoclosure () throws -> String) throws {
        print(try text(value, try words()))
    }

    /// What a command has found or done, in the form that was asked for.
    func text(_ value: some Encodable, _ words: @autoclosure () throws -> String) throws -> String {
        isJSON ? try Self.json(of: value) : try words()
    }

    /// A value as JSON text, which is harmless on a terminal too.
    static func json(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars {
            // The encoder leaves some of these as they are; line breaks are its own.
            if scalar.isObeyed, scalar != "\n" { text += escaped(scalar).unicodeScalars } else { text.append(scalar) }
        }
        return String(text)
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
