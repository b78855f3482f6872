import Foundation
import Glibc

/// A terminal, or what stands in its place, where this process writes.
struct Terminal: Sendable {
    private let descriptor: Int32
    let isTerminal: Bool
    let style: TerminalStyle

    /// Where results go.
    static let output = Terminal(STDOUT_FILENO)
    /// Where everything else goes.
    static let errors = Terminal(STDERR_FILENO)

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        style = TerminalStyle(
            isTerminal: isTerminal, environment: ProcessInfo.processInfo.environment)
    }

    /// The columns and lines that it has now; what does not say so has 80 and 24.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes a text at once.
    func write(_ text: String) {
        // A terminal that has been closed is no reason to stop working.
        try? FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(text.utf8))
    }
}
