/// A training that a worker is making, as far as it has told.
package struct RunningTraining: Hashable, Sendable {
    package let task: TaskID
    /// What is trained: `saliency, vgg5_bn, padding none, seed 2`.
    package let title: String
    /// How many epochs it will have.
    package let epochs: Int
    package let curve: LearningCurve

    package init(task: TaskID, title: String, epochs: Int, curve: LearningCurve) {
        self.task = task
        self.title = title
        self.epochs = epochs
        self.curve = curve
    }
}
