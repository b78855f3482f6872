package import Foundation
package import Testing

/// Compares a text with the file of this name in the folder `Golden` beside the test.
///
/// With `RECORD_GOLDEN=1` in the environment the file is written instead, and the test fails: no run that records can
/// pass for a run that checked.
package func expectGolden(
    _ text: String, _ name: String, testFile: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        Issue.record("recorded \(name); run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "differs from Golden/\(name)", sourceLocation: sourceLocation)
}

/// The file of this name in the folder `Fixtures` beside the test.
package func fixture(_ name: String, testFile: String = #filePath) -> URL {
    URL(filePath: testFile).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
}
