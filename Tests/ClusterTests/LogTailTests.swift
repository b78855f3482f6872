import Testing

@testable import Cluster

@Suite("Log tail")
struct LogTailTests {
    @Test func `a short log is there as a whole, without what would move a cursor`() {
        var tail = LogTail()
        tail.append(Array("warning\n\u{1B}[31mFatal error: Index out of range\u{07}\n".utf8))
        #expect(tail.text == "warning\n[31mFatal error: Index out of range")
        tail.clear()
        #expect(tail.text.isEmpty)
    }

    @Test func `of a long log the last lines are there, whole, in 8 KiB`() {
        var tail = LogTail()
        for number in 0..<10_000 { tail.append(Array("line \(number)\n".utf8)) }
        #expect(tail.text.utf8.count <= 8 * 1024)
        #expect(tail.text.hasSuffix("line 9998\nline 9999"))
        #expect(tail.text.hasPrefix("line "))
    }
}
