import Foundation

/// What the argument parser has to say, with its usage lines broken where they are too long.
struct HelpPage {
    let text: String

    /// The columns of the terminal that reads it, or what `COLUMNS` says; 80 where nobody says anything.
    static var columns: Int {
        let said = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
        return max(40, said ?? (Terminal.output.isTerminal ? Terminal.output.size.width : 80))
    }

    init(_ text: String, columns: Int) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("USAGE: ") || line.hasPrefix("Usage: ") { return Self.broken(line, columns: columns) }
            // The parser would have it that a group of commands is called "Results subcommands".
            return line.hasSuffix(Self.groupEnd) ? line.dropLast(Self.groupEnd.count) + ":" : String(line)
        }
        self.text = lines.joined(separator: "\n")
    }

    private static let groupEnd = " SUBCOMMANDS:"

    /// A usage line on as many lines as it takes, none of which breaks what stands in brackets.
    private static func broken(_ usage: Substring, columns: Int) -> String {
        var words: [String] = []
        var depth = 0
        for word in usage.split(separator: " ") {
            if depth > 0, let last = words.popLast() {
                words.append("\(last) \(word)")
            } else {
                words.append(String(word))
            }
            depth += word.count { $0 == "[" } - word.count { $0 == "]" }
        }
        var (text, width) = ("", 0)
        for word in words {
            if width > 0, width + 1 + word.count > columns {
                text += "\n" + indentation + word
                width = indentation.count + word.count
            } else {
                text += (width > 0 ? " " : "") + word
                width += (width > 0 ? 1 : 0) + word.count
            }
        }
        return text
    }

    private static let indentation = "         "
}
