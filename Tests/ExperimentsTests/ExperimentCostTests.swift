import Experiments
import Testing

@Suite("What a task costs")
struct ExperimentCostTests {
    private func cost(_ change: (inout TrialSettings) -> Void) -> ExperimentCost {
        var trial = TrialSettings()
        change(&trial)
        return ExperimentCost([trial])
    }

    @Test func `hidden layers cost their products`() {
        // A hidden layer of 1,472 channels has 23 times the products of one of 64.
        let narrow = cost { ($0.posenet.layers, $0.posenet.hidden) = (2, 64) }
        let wide = cost { $0.posenet.layers = 2 }
        #expect((15...23).contains(wide.secondsPerTrainedImage / narrow.secondsPerTrainedImage))
        let deep = cost { $0.posenet.layers = 3 }
        #expect((1.9...2).contains(deep.secondsPerTrainedImage / wide.secondsPerTrainedImage))
        #expect(deep.secondsPerScore > wide.secondsPerScore)
    }

    @Test func `what is shared is counted once, what is not for each trial`() {
        let one = ExperimentCost([TrialSettings()])
        let three = ExperimentCost([TrialSettings(), TrialSettings(), TrialSettings()])
        #expect(one.secondsPerImage == three.secondsPerImage)
        #expect(abs(three.secondsPerTrainedImage / one.secondsPerTrainedImage - 3) < 1e-9)
        #expect(abs(three.secondsPerScore / one.secondsPerScore - 3) < 1e-9)
        let whole = one.seconds(train: 10, test: 4)
        let parts =
            10 * (one.secondsPerImage + one.secondsPerTrainedImage) + 4 * (one.secondsPerImage + one.secondsPerScore)
        #expect(abs(whole - parts) < 1e-9)
    }

    @Test func `fewer stages and the raw image cost less to fit`() {
        let all = cost { _ in }.secondsPerTrainedImage
        let first = cost { $0.encoder.stages = [1] }.secondsPerTrainedImage
        let raw = cost { $0.encoder.name = .none }
        #expect(first < all && raw.secondsPerTrainedImage < first)
        #expect(raw.secondsPerImage < cost { _ in }.secondsPerImage / 10)
    }
}
