import Dashboard
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

@Suite("Dashboard page")
struct PageTests {
    private func page(description: String) throws -> Page {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let text = """
                name: page
                description: "\(description)"
                data: {train: {constant: 0}, test: {black: {constant: 0}}}
                matrix: {target: [H, V]}
                """
            let definition = try SweepDefinition(parsing: text, path: "page.yaml", folder: "/", exists: { _ in true })
            _ = try store.submit(definition, at: Date(timeIntervalSince1970: 0))
            let page = try Dashboard(store: store).page()
            try store.close()
            return page
        }
    }

    @Test func `a sweep is shown with its progress and its table`() throws {
        try expectGolden(page(description: "two trials").html, "page.html")
    }

    @Test func `nothing from a file becomes markup`() throws {
        let html = try page(description: "<script>alert(1)</script> & more").html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"))
    }

    @Test func `a store that cannot be read is said so`() {
        let html = Page.failure("<state> is damaged")
        #expect(html.contains("&lt;state&gt; is damaged"))
    }
}
