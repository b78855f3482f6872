import ResultsStore
import Testing

@Suite("Reference figures")
struct ReferenceTests {
    @Test(arguments: [
        ("", 1, "it is empty"),
        ("test,metric\na,b\n", 1, "there is no column 'value'"),
        ("test,metric,value\nblack,SPC,.5\nblack,SPC\n", 3, "2 fields; the header has 3"),
        ("test,metric,value\nblack,SPC,high\n", 2, "'high' is not a number"),
        ("test,metric,value\nblack,SPC,nan\n", 2, "'nan' is not a number"),
        ("test,metric,value\n\n\"two\nlines\",SPC,1\nblack,SPC,\n", 5, "'' is not a number"),
    ])
    func `a file that makes no sense is refused with its line`(csv: String, line: Int, detail: String) {
        #expect(throws: StoreError.badReference(file: "paper.csv", line: line, detail: detail)) {
            try ReferenceFigures(csv: csv, file: "paper.csv")
        }
    }

    @Test func `a file without end is refused before it is read`() {
        let csv = "test,metric,value\n" + String(repeating: "black,SPC,.5\n", count: 100_000)
        #expect(throws: StoreError.self) { try ReferenceFigures(csv: csv, file: "paper.csv") }
    }
}
