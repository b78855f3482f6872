import Foundation

/// One line that is written over on a terminal; plain lines elsewhere.
struct ProgressBar {
    private let terminal = Terminal.errors
    private let started = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private var screen = PanelScreen()

    /// Whether it is drawn; where it is not, log lines have to say everything.
    var isDrawn: Bool { terminal.style.redraws }
    var drawsBlocks: Bool { terminal.style.drawsBlocks }

    /// Shows how many of something are done; at most ten times a second.
    mutating func show(_ done: UInt64, of total: UInt64, _ what: String) {
        let fraction = Double(done) / Double(total)
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let left = TimeText.short(elapsed / fraction * (1 - fraction))
        show(fraction, "\(done)/\(total) \(what)  \(left) left")
    }

    /// Shows a fraction, from 0 to 1, and what there is to say; at most ten times a second.
    mutating func show(_ fraction: Double, _ text: String) {
        guard isDrawn, lastDrawn.map({ ContinuousClock.now - $0 >= .milliseconds(100) }) ?? true else { return }
        lastDrawn = .now
        let width = terminal.size.width
        var line = StyledLine.bar(fraction, columns: min(24, width / 4))
        line.append("  \(text)")
        terminal.write(screen.show([line.cut(to: max(1, width - 1))], width: width, style: terminal.style))
    }

    /// Prints a line of its own.
    mutating func log(_ line: String) {
        clear()
        printToStandardError("posweep: \(line)")
        lastDrawn = nil
    }

    /// Leaves an empty line to go on with.
    mutating func clear() {
        terminal.write(screen.clear(width: terminal.size.width))
    }
}
