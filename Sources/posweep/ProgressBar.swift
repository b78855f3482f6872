import Foundation
import Glibc

/// One line that is written over on a terminal; plain lines elsewhere.
struct ProgressBar {
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let started = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    /// Shows where the run is; at most ten times a second.
    mutating func show(_ progress: RunProgress) {
        guard isTerminal else { return }
        if let lastDrawn, ContinuousClock.now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = .now
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let left = progress.secondsLeft(after: elapsed).map { "\(TimeText.short($0)) left" } ?? "–"
        let filled = Int((progress.fraction * 24).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
        let workers = "\(progress.workers) worker\(progress.workers == 1 ? "" : "s")"
        let counts = "\(progress.finishedTrials)/\(progress.trials) trials  \(workers)"
        let line = "\(bar) \(Int(progress.fraction * 100)) %  \(counts)  \(left)  \(progress.note)"
        write("\r\u{1B}[2K" + line.prefix(Self.width - 1))
    }

    /// Prints a line of its own.
    mutating func log(_ line: String) {
        if isTerminal { write("\r\u{1B}[2K") }
        printToStandardError("posweep: \(line)")
        lastDrawn = nil
    }

    /// Leaves an empty line to go on with.
    func clear() {
        if isTerminal { write("\r\u{1B}[2K") }
    }

    private func write(_ text: some StringProtocol) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    private static var width: Int {
        var size = winsize()
        guard unsafe ioctl(FileHandle.standardError.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20
        else { return 80 }
        return Int(size.ws_col)
    }
}
