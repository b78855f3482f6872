package import Coordination
package import Experiments

extension LearningCurve {
    /// What a training's epochs come to, in at most so many points; nil before the first has ended.
    package init?(_ epochs: [TrainingEpoch], of goal: TrainingGoal, atMost limit: Int) {
        guard let first = epochs.first else { return nil }
        let validates = !first.validation.isEmpty
        self.init(
            metrics: ["loss"] + (validates ? goal.metrics : []),
            points: Self.places(of: epochs.count, atMost: limit).map { place in
                let epoch = epochs[place]
                let values: [Float?] = [epoch.loss] + epoch.validation.map { $0.isNaN ? nil : $0 }
                return Point(epoch: epoch.number, values: values)
            })
    }
}
