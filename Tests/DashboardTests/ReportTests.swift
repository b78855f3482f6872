import Coordination
import Dashboard
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Report")
struct ReportTests {
    private func report(
        description: String = "kernels", curve: LearningCurve? = nil, sheet: Data? = nil,
        run: String? = "posweep run kernels.yaml"
    ) throws -> String {
        try withTemporaryFolder { folder in
            let store = try SampleStore.make(in: folder, description: description)
            _ = try store.commit(
                (6..<11).map { SampleStore.result($0, curve: $0 == 6 ? curve : nil) }, at: SampleStore.noon)
            let table = try store.table(of: SampleStore.sweep)
            let report = Report(
                table: table, progress: try store.progress(of: SampleStore.sweep),
                curves: try store.curves(of: SampleStore.sweep), sheet: sheet,
                commands: Report.Commands(run: run, report: "posweep report kernels"))
            try store.close()
            return report.html
        }
    }

    @Test func `a sweep is one page with its table, its plots, where it comes from, and how to have it again`() throws {
        try expectGolden(try report(), "report.html")
    }

    @Test func `a training's learning curve is drawn, and said in words`() throws {
        let curve = LearningCurve(
            metrics: ["loss", "Fm"],
            points: (1...4).map { LearningCurve.Point(epoch: $0, values: [1 / Float($0), Float($0) / 8]) })
        let html = try report(curve: curve)
        #expect(html.contains("<h2>Learning curves</h2>"))
        #expect(html.contains("epoch 4 of 4, loss 1.0000 → 0.2500, Fm 0.1250 → 0.5000"))
        #expect(html.matches(of: /<polyline points=/).count >= 2)
        #expect(!(try report()).contains("Learning curves"))
    }

    @Test func `it needs nothing else and lets no script run`() throws {
        let html = try report(description: "<script>alert(1)</script>", sheet: Data([1, 2, 3]))
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("lab&lt;1&gt;"))
        #expect(html.contains("src=\"data:image/png;base64,AQID\""))
        #expect(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""))
        #expect(!html.contains("http://") && !html.contains("https://"))
    }

    @Test func `where it is not known how the sweep was submitted, it guesses nothing`() throws {
        let html = try report(run: nil)
        #expect(html.contains("<pre>posweep report kernels</pre>"))
        #expect(html.contains("How it was submitted is not known"))
    }

    @Test func `a plot has a line over the values of the setting for each target and test set that has figures`() throws
    {
        let html = try report()
        #expect(html.matches(of: /<figure>/).count == 3)
        #expect(html.contains("aria-label=\"SPC by posenet.kernel, target H, natural\""))
        #expect(!html.contains("target H, black"))
    }
}
