import Testing

@testable import posweep

@Suite("A styled line")
struct StyledLineTests {
    @Test(arguments: [
        ("plain", 5), ("表", 2), ("e\u{301}", 1), ("🚀", 2), ("a\u{200D}b", 2), ("한글", 4), ("ﾊﾝｶｸ", 4), ("ＦＵＬＬ", 8),
    ])
    func `is as wide as the columns that it takes`(text: String, width: Int) {
        #expect(StyledLine(text).width == width)
    }

    @Test(arguments: 0...12)
    func `is cut within its width, wide characters whole`(limit: Int) {
        var line = StyledLine("表示", .good)
        line.append("e\u{301}a", .bad)
        line.append("終了")
        let cut = line.cut(to: limit)
        #expect(cut.width <= limit)
        #expect((cut == line) == (limit >= line.width))
    }

    @Test func `a colour ends where its text ends`() {
        var line = StyledLine("a", .bad)
        line.append("b")
        let style = TerminalStyle(isTerminal: true, environment: ["TERM": "xterm", "LANG": "C.UTF-8"])
        #expect(line.rendered(style) == "\u{1B}[31ma\u{1B}[0mb")
        #expect(line.rendered(.plain) == "ab")
    }

    @Test func `a bar is full, and its percentage 100, only at the end`() {
        func text(_ fraction: Double) -> String { StyledLine.bar(fraction, columns: 4).rendered(.plain) }
        #expect(text(0) == "----    0 %")
        #expect(text(0.5) == "##--   50 %")
        #expect(text(0.9999) == "###-   99 %")
        #expect(text(1) == "####  100 %")
        for wrong in [Double.nan, .infinity, -3] { #expect(text(wrong).hasSuffix(" 0 %")) }
        #expect(text(7) == "####  100 %")
    }
}
