import Experiments
import Foundation
import TestSupport
import Testing

@testable import Sweep

@Suite("The sweep file's reference")
struct SweepReferenceTests {
    @Test func `the page is what the program writes`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/sweep-reference.md")
        #expect(
            try String(contentsOf: page, encoding: .utf8) == SweepReference.markdown,
            "docs/sweep-reference.md is old: posweep plan --reference > docs/sweep-reference.md")
    }

    @Test(arguments: SettingKey.all.map(\.name))
    func `every setting is on the page`(name: String) {
        #expect(SweepReference.markdown.contains("\n| `\(name)` | "))
    }

    @Test func `no key is there twice, or without a word about it`() {
        for section in SweepFileSection.all {
            #expect(Set(section.keyNames).count == section.keys.count, "\(section.heading)")
            for key in section.keys {
                #expect(!key.accepts.isEmpty && key.summary.hasSuffix("."), "\(section.heading): \(key.name)")
            }
        }
    }

    @Test func `what the page says of the file is what the reader takes`() {
        let keys = Set(SweepFileSection.file.keyNames)
        // What a command line may write over stands in the file.
        #expect(keys.isSuperset(of: Override.sections))
        // A setting has a section of its own, or stands at the margin.
        for key in SettingKey.all where key.name != "seed" {
            #expect(keys.contains(String(key.name.prefix { $0 != "." })), "\(key.name)")
        }
    }
}
