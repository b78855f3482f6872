import Testing

@testable import posweep

/// A terminal of so many columns, as far as a panel uses one.
private struct ScreenModel {
    let columns: Int
    private(set) var lines: [[Character]] = [[]]
    private var row = 0
    private var column = 0

    init(columns: Int) {
        self.columns = columns
    }

    var text: [String] { lines.map { String($0) } }

    mutating func take(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                // The line discipline makes it a carriage return too.
                (row, column) = (row + 1, 0)
                if row == lines.count { lines.append([]) }
            case "\u{1B}":
                _ = rest.popFirst()
                let parameters = rest.prefix { !$0.properties.isAlphabetic }
                rest = rest.dropFirst(parameters.count)
                obey(rest.popFirst() ?? "?", Int(String(parameters)) ?? 1)
            default: put(Character(scalar))
            }
        }
    }

    private mutating func obey(_ order: Unicode.Scalar, _ count: Int) {
        switch order {
        case "A": row = max(0, row - count)
        case "K": lines[row] = Array(lines[row].prefix(column))
        case "J":
            lines[row] = Array(lines[row].prefix(column))
            lines.removeSubrange((row + 1)...)
        default: break
        }
    }

    private mutating func put(_ character: Character) {
        guard column < columns else { return }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }
}

@Suite("Lines at the end of a terminal")
struct PanelScreenTests {
    private let style = TerminalStyle(isTerminal: true, environment: ["TERM": "xterm", "NO_COLOR": "1"])

    @Test func `they are written over, whether they become more or fewer, and log lines go above them`() {
        var (screen, model) = (PanelScreen(), ScreenModel(columns: 20))
        func show(_ lines: String...) { model.take(screen.show(lines.map { StyledLine($0) }, width: 20, style: style)) }
        model.take("$ posweep run\r\n")
        show("first line", "second")
        #expect(model.text == ["$ posweep run", "first line", "second"])
        show("1st", "2nd", "3rd")
        #expect(model.text == ["$ posweep run", "1st", "2nd", "3rd"])
        model.take(screen.log("a worker died", width: 20))
        show("only one")
        #expect(model.text == ["$ posweep run", "a worker died", "only one"])
        model.take(screen.leave())
        model.take("$ ")
        #expect(model.text == ["$ posweep run", "a worker died", "only one", "$ "])
    }

    @Test func `they go without a trace`() {
        var (screen, model) = (PanelScreen(), ScreenModel(columns: 20))
        model.take(screen.show([StyledLine("a"), StyledLine("b"), StyledLine("c")], width: 20, style: style))
        model.take(screen.clear(width: 20))
        #expect(model.text == [""])
        #expect(screen.clear(width: 20) == "")
        #expect(screen.leave() == "")
    }

    @Test func `a terminal that has become narrower has broken them in two`() {
        var screen = PanelScreen()
        _ = screen.show([StyledLine("0123456789"), StyledLine("0123"), StyledLine()], width: 20, style: style)
        // Ten characters on five columns are two lines, and four are one.
        #expect(screen.clear(width: 5).hasPrefix("\r\u{1B}[3A"))
    }

    @Test func `the cursor is never hidden, and lines are broken again where they were`() {
        var screen = PanelScreen()
        let text = screen.show([StyledLine("a")], width: 20, style: style)
        #expect(!text.contains("?25"))
        #expect(text.hasSuffix("\u{1B}[?7h"))
    }
}
