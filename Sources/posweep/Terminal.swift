import Foundation
import Glibc

/// What the terminal at standard output can show.
enum Terminal {
    /// Whether there is one, and it writes UTF-8: then curves are drawn with block characters.
    static var drawsBlocks: Bool {
        guard isatty(STDOUT_FILENO) == 1 else { return false }
        let environment = ProcessInfo.processInfo.environment
        // As in POSIX: the first of these that is set says which characters there are.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.lowercased().contains("utf") && environment["TERM"] != "dumb"
    }
}
