/// What has to be written to a terminal so that some lines stand at its end, whatever stood there before.
///
/// The cursor is never hidden: a process that is killed leaves the terminal as usable as it was.
struct PanelScreen: Hashable, Sendable {
    /// The columns of each line that stands there now; the cursor is at the end of the last.
    private var shown: [Int] = []

    private static let escape = "\u{1B}["

    /// Writes lines over those that stand there.
    ///
    /// - Parameters:
    ///   - lines: The lines, none wider than the terminal.
    ///   - width: The terminal's columns now.
    ///   - style: How the terminal is.
    /// - Returns: What to write.
    mutating func show(_ lines: [StyledLine], width: Int, style: TerminalStyle) -> String {
        let start = atStart(width: width)
        shown = lines.map(\.width)
        // No new line is begun where a terminal draws a character wider than it was measured.
        let text = lines.map { $0.rendered(style) }.joined(separator: "\(Self.escape)K\n")
        return "\(Self.escape)?7l\(start)\(text)\(Self.escape)J\(Self.escape)?7h"
    }

    /// Writes a line of text where the lines stand, which are gone then, for ever or until they are shown below it.
    mutating func log(_ line: String, width: Int) -> String {
        clear(width: width) + line + "\n"
    }

    /// Takes the lines away.
    mutating func clear(width: Int) -> String {
        guard !shown.isEmpty else { return "" }
        let start = atStart(width: width)
        shown = []
        return start + "\(Self.escape)J"
    }

    /// Leaves the lines where they are, and goes on below them.
    mutating func leave() -> String {
        defer { shown = [] }
        return shown.isEmpty ? "" : "\n"
    }

    /// Goes to the start of the first line that stands there.
    private func atStart(width: Int) -> String {
        // A terminal that has become narrower has broken lines in two.
        let rows = shown.reduce(0) { $0 + max(1, ($1 + max(1, width) - 1) / max(1, width)) }
        return rows > 1 ? "\r\(Self.escape)\(rows - 1)A" : "\r"
    }
}
