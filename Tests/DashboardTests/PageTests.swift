import Coordination
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
                table: {metrics: [SPC, MAE]}
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

    @Test func `a training is drawn, and told in words, while it runs and when it has ended`() throws {
        let curve = LearningCurve(
            metrics: ["loss", "Fm"],
            points: [
                .init(epoch: 1, values: [1, 0.5]), .init(epoch: 2, values: [0.5, nil]),
                .init(epoch: 3, values: [0, 1]),
            ])
        let running = RunningTraining(
            task: TaskID(high: 1, low: 1), title: "saliency, <vgg5>", epochs: 5, curve: curve)
        let html = Page(sections: [], running: [running]).html
        #expect(
            html.contains(
                "aria-label=\"saliency, &lt;vgg5&gt;: epoch 3 of 5, loss 1.0000 → 0.0000, Fm 0.5000 → 1.0000\""))
        // Four pixels of margin in 220 by 64; three of five epochs are half of the way.
        #expect(html.contains("<polyline points=\"4.0,4.0 57.0,32.0 110.0,60.0\""), "\(html)")
        #expect(html.contains("<polyline points=\"4.0,60.0 110.0,4.0\""), "\(html)")
        #expect(!html.contains("<vgg5>"))
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let definition = try SweepDefinition(
                parsing: Self.trainings, path: "page.yaml", folder: "/", exists: { _ in true })
            _ = try store.submit(definition, at: Date(timeIntervalSince1970: 0))
            let task = try #require(try store.unfinishedTasks().first)
            let result = TrialResult(
                metrics: [], maps: [], skipped: [],
                provenance: TrialResult.Provenance(
                    programVersion: "1", host: "a", processor: "b", blas: "c", weights: "d", data: "e", seconds: 1),
                curve: curve)
            let worker = WorkerID(high: 1, low: 1)
            try store.commit([.result(task.trials[0], task: task.id, .first, worker: worker, result)])
            let html = try Dashboard(store: store).page().html
            #expect(html.contains("saliency, vgg5: epoch 3 of 3, loss 1.0000 → 0.0000"), "\(html)")
            #expect(html.contains("<polyline points=\"4.0,4.0 110.0,32.0 216.0,60.0\""), "\(html)")
            #expect(html.components(separatedBy: "<figure>").count == 2)
            try store.close()
        }
    }

    private static let trainings = """
        name: trainings
        experiment: saliency
        encoder: vgg5
        training:
          data: {size: 48, train: {synthetic: scenes, count: 8}, test: {new: {synthetic: scenes, count: 2}}}
        matrix: {encoder.padding: [zero, reflect]}
        """

    @Test func `a store that cannot be read is said so`() {
        let html = Page.failure("<state> is damaged")
        #expect(html.contains("&lt;state&gt; is damaged"))
    }
}
