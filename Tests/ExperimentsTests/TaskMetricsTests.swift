import Experiments
import Foundation
import TestSupport
import Testing

/// Maps and masks, and what NumPy says of them (Fixtures/make_task_metrics.py).
private struct TaskMetricCases: Decodable {
    struct Saliency: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let prediction: [Float]
        let mask: [Bool]
        let adaptive: Double?
        let curve: [Double]?
        let error: Double

        var testDescription: String { name }
    }

    struct Labels: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let prediction: [UInt8]
        let truth: [UInt8]
        let classes: [Double?]
        let mean: Double?
        let accuracy: Double?

        var testDescription: String { name }
    }

    let saliency: [Saliency]
    let labels: [Labels]

    static let all = Result {
        try JSONDecoder().decode(TaskMetricCases.self, from: Data(contentsOf: fixture("task_metrics.json")))
    }
}

@Suite("Metrics of saliency and segmentation")
struct TaskMetricsTests {
    private static let cases = try? TaskMetricCases.all.get()  // The test below notices.

    @Test func `the fixtures are there`() throws {
        let cases = try TaskMetricCases.all.get()
        #expect(cases.saliency.count == 10 && cases.labels.count == 7)
    }

    private func expect(_ value: Double?, _ expected: Double?) {
        #expect((value == nil) == (expected == nil))
        if let value, let expected { #expect(abs(value - expected) < 1e-12) }
    }

    @Test(arguments: cases?.saliency ?? [])
    fileprivate func `Fm and MAE are NumPy's, and Fm of an empty mask is not defined`(
        map: TaskMetricCases.Saliency
    ) throws {
        expect(FMeasure.adaptive(map.prediction, mask: map.mask), map.adaptive)
        let curve = FMeasure.curve(map.prediction, mask: map.mask)
        #expect((curve == nil) == (map.curve == nil))
        for (value, expected) in zip(curve ?? [], map.curve ?? []) { #expect(abs(value - expected) < 1e-12) }
        expect(meanAbsoluteError(of: map.prediction, and: map.mask.map { $0 ? 1 : 0 }), map.error)
    }

    @Test(arguments: cases?.labels ?? [])
    fileprivate func `IoU and mIoU are NumPy's, and pixels labelled 255 count for nothing`(
        map: TaskMetricCases.Labels
    ) {
        var matrix = ConfusionMatrix(classes: 4)
        matrix.add(prediction: map.prediction, truth: map.truth)
        for (label, expected) in map.classes.enumerated() { expect(matrix.intersectionOverUnion(of: label), expected) }
        expect(matrix.meanIntersectionOverUnion, map.mean)
        expect(matrix.accuracy, map.accuracy)
    }

    @Test(arguments: cases?.labels ?? [])
    fileprivate func `parts of a data set add up to the whole`(map: TaskMetricCases.Labels) {
        var (whole, sum) = (ConfusionMatrix(classes: 4), ConfusionMatrix(classes: 4))
        whole.add(prediction: map.prediction, truth: map.truth)
        for range in [0..<50, 50..<map.truth.count] {
            var part = ConfusionMatrix(classes: 4)
            part.add(prediction: Array(map.prediction[range]), truth: Array(map.truth[range]))
            sum.add(part)
        }
        #expect(sum == whole)
    }
}
