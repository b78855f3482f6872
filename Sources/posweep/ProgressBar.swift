import Foundation
import Glibc

/// One line that is written over on a terminal; plain lines elsewhere.
struct ProgressBar {
    let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let started = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    /// Shows where the run is; at most ten times a second.
    mutating func show(_ progress: RunProgress) {
        guard isDue() else { return }
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let left = progress.secondsLeft(after: elapsed).map { "\(TimeText.short($0)) left" } ?? "–"
        let bar = Self.bar(progress.fraction)
        let workers = "\(progress.workers) worker\(progress.workers == 1 ? "" : "s")"
        let counts = "\(progress.finishedTrials)/\(progress.trials) trials  \(workers)"
        let line = "\(bar) \(Int(progress.fraction * 100)) %  \(counts)  \(left)  \(progress.note)"
        write("\r\u{1B}[2K" + line.prefix(Self.width - 1))
    }

    /// Shows how many of something are done; at most ten times a second.
    mutating func show(_ done: UInt64, of total: UInt64, _ what: String) {
        guard isDue() else { return }
        let fraction = Double(done) / Double(total)
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let left = TimeText.short(elapsed / fraction * (1 - fraction))
        let line = "\(Self.bar(fraction)) \(Int(fraction * 100)) %  \(done)/\(total) \(what)  \(left) left"
        write("\r\u{1B}[2K" + line.prefix(Self.width - 1))
    }

    /// Shows a fraction, from 0 to 1, and what there is to say; at most ten times a second.
    mutating func show(_ fraction: Double, _ text: String) {
        guard isDue() else { return }
        let line = "\(Self.bar(fraction)) \(Int(fraction * 100)) %  \(text)"
        write("\r\u{1B}[2K" + line.prefix(Self.width - 1))
    }

    private mutating func isDue() -> Bool {
        guard isTerminal else { return false }
        if let lastDrawn, ContinuousClock.now - lastDrawn < .milliseconds(100) { return false }
        lastDrawn = .now
        return true
    }

    private static func bar(_ fraction: Double) -> String {
        let filled = Int((fraction * 24).rounded())
        return String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
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
