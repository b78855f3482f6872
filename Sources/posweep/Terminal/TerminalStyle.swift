/// Which characters and colours a terminal is shown.
struct TerminalStyle: Hashable, Sendable {
    /// Whether lines can be written over; where they cannot, nothing but plain lines is written.
    let redraws: Bool
    let hasColour: Bool
    /// Whether characters beyond ASCII are shown, such as the blocks of bars and curves.
    let drawsBlocks: Bool

    /// Where there is no terminal.
    static let plain = TerminalStyle(isTerminal: false, environment: [:])

    /// - Parameters:
    ///   - isTerminal: Whether a terminal reads what is written.
    ///   - environment: The variables that say what it is: `TERM`, `NO_COLOR` (any text but none; no-color.org) and the locale's.
    init(isTerminal: Bool, environment: [String: String]) {
        redraws = isTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
        hasColour = redraws && (environment["NO_COLOR"] ?? "").isEmpty
        // As in POSIX: the first of these that is set says which characters there are.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        drawsBlocks = redraws && locale.lowercased().contains("utf")
    }
}
