import Testing

@testable import posweep

@Suite("What a terminal is shown")
struct TerminalStyleTests {
    static let usual = ["TERM": "xterm-256color", "LANG": "en_GB.UTF-8"]

    private func style(_ changes: [String: String], isTerminal: Bool = true) -> TerminalStyle {
        TerminalStyle(isTerminal: isTerminal, environment: Self.usual.merging(changes) { $1 })
    }

    @Test func `a usual terminal is shown everything`() {
        let style = style([:])
        #expect(style.redraws && style.hasColour && style.drawsBlocks)
    }

    @Test func `what is no terminal, or a dumb one, is shown plain lines`() {
        for style in [style([:], isTerminal: false), style(["TERM": "dumb"]), style(["TERM": ""])] {
            #expect(!style.redraws && !style.hasColour && !style.drawsBlocks)
        }
    }

    @Test func `any text in NO_COLOR takes the colours away, and nothing else`() {
        for text in ["1", "0", "false"] {
            let style = style(["NO_COLOR": text])
            #expect(!style.hasColour && style.redraws && style.drawsBlocks)
        }
        #expect(style(["NO_COLOR": ""]).hasColour)
    }

    @Test func `blocks are drawn where the first locale that is set has UTF-8`() {
        #expect(style(["LC_ALL": "C.utf8"]).drawsBlocks)
        #expect(!style(["LC_ALL": "C"]).drawsBlocks)
        #expect(!style(["LC_CTYPE": "de_DE@euro"]).drawsBlocks)
        #expect(style(["LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8", "LANG": "C"]).drawsBlocks)
        #expect(!style(["LANG": ""]).drawsBlocks)
    }
}
