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

    @Test func `the page answers over HTTP with a strict policy`() async throws {
        try await withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let server = try await Dashboard(store: store).start(host: "127.0.0.1", port: 18_467)
            let response = try await Self.get(port: 18_467)
            server.cancel()
            await server.value
            try store.close()
            #expect(response.contains("200 OK"))
            #expect(response.contains("default-src 'none'"))
            #expect(response.contains("No sweep has been submitted."))
        }
    }

    private static func get(port: Int) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script =
            "exec 3<>/dev/tcp/127.0.0.1/\(port); printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3"
        process.arguments = ["bash", "-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
