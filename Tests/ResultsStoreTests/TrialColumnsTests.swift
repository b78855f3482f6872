import Foundation
import ResultsStore
import Testing

@Suite("Settings by column")
struct TrialColumnsTests {
    private let rows = [["vgg16", "H", "1"], ["vgg16", "H", "2"], ["none", "V", "1"]]

    @Test func `rows come out as they went in`() throws {
        let columns = try #require(TrialColumns(rows))
        #expect(columns.map(Array.init) == rows)
        #expect(columns[2] == TrialColumns.Row(["none", "V", "1"]))
    }

    @Test func `what was written is read again, and rows of earlier versions too`() throws {
        let columns = try #require(TrialColumns(rows))
        let written = try JSONEncoder().encode(columns)
        #expect(try JSONDecoder().decode(TrialColumns.self, from: written) == columns)
        let old = try JSONEncoder().encode(rows)
        #expect(try JSONDecoder().decode(TrialColumns.self, from: old) == columns)
    }

    @Test func `a value that all trials share is written once`() throws {
        let many = try #require(TrialColumns((0..<1_000).map { ["vgg16", "H", String($0 % 3)] }))
        #expect(try JSONEncoder().encode(many).count < 6_000)
    }

    @Test(arguments: [
        #"{"count": 2, "values": [["a"]], "places": ["AAAAAA=="]}"#,
        #"{"count": 1, "values": [["a"]], "places": ["AQAAAA=="]}"#,
        #"{"count": 1, "values": [[]], "places": [""]}"#, #"[["a"], ["a", "b"]]"#,
    ])
    func `columns that do not fit together are refused`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TrialColumns.self, from: Data(json.utf8)) }
    }
}
