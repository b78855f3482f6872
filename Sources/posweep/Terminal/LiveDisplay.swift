import Foundation
import ResultsStore
import Synchronization

/// A panel at the end of a terminal that is drawn again twice a second until it is ended, with log lines above it.
///
/// Elsewhere it is log lines alone, without any escape sequence.
final class LiveDisplay: Sendable {
    private let terminal: Terminal
    private let panel: @Sendable () -> Panel?
    private let state = Mutex(State())
    private let ending = DispatchSemaphore(value: 0)
    private let looked = DispatchSemaphore(value: 0)

    private struct State {
        var screen = PanelScreen()
        var newest: Panel?
        /// What was written last, and how large the terminal was.
        var frame = (text: "", width: 0, height: 0)
        var hasEnded = false
    }

    private static let interval = DispatchTimeInterval.milliseconds(500)

    /// Begins to draw.
    ///
    /// - Parameters:
    ///   - terminal: Where it is drawn.
    ///   - panel: What is shown, asked for on a thread of the display's own; nil leaves what is there.
    init(on terminal: Terminal, _ panel: @escaping @Sendable () -> Panel?) {
        (self.terminal, self.panel) = (terminal, panel)
        guard terminal.style.redraws else { return }
        let thread = Thread { [self] in
            repeat { look() } while ending.wait(timeout: .now() + Self.interval) == .timedOut
            looked.signal()
        }
        thread.name = "display"
        thread.start()
    }

    /// Whether there is a panel; where there is none, log lines have to say everything.
    var isLive: Bool { terminal.style.redraws }

    private func look() {
        guard let panel = panel() else { return }
        state.withLock { state in
            state.newest = panel
            draw(&state)
        }
    }

    private func draw(_ state: inout State) {
        guard !state.hasEnded, let panel = state.newest else { return }
        let size = terminal.size
        let lines = panel.lines(width: size.width, height: size.height)
        let frame = (state.screen.show(lines, width: size.width, style: terminal.style), size.width, size.height)
        // A terminal over a slow line is not sent what it shows already.
        guard frame != state.frame else { return }
        state.frame = frame
        terminal.write(frame.0)
    }

    /// Writes a line above the panel.
    func log(_ line: String) {
        guard isLive else { return printToStandardError("posweep: \(line)") }
        state.withLock { state in
            let line = PrintableText.printable("posweep: \(line)")
            terminal.write(state.screen.log(line, width: terminal.size.width))
            state.frame.text = ""
            draw(&state)
        }
    }

    /// Takes the panel away, or draws it once more and leaves its first lines.
    ///
    /// What it shows is not asked for any more when this returns, however often it is called.
    func end(leaving lineCount: Int = 0) {
        guard isLive else { return }
        ending.signal()
        // A look that has begun is waited for.
        looked.wait()
        looked.signal()
        let last = lineCount > 0 ? panel() : nil
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.hasEnded = true
            let (width, height) = terminal.size
            let panel = lineCount > 0 ? last ?? state.newest : nil
            guard let lines = panel?.lines(width: width, height: height).prefix(lineCount) else {
                return terminal.write(state.screen.clear(width: width))
            }
            terminal.write(state.screen.show(Array(lines), width: width, style: terminal.style) + state.screen.leave())
        }
    }
}
