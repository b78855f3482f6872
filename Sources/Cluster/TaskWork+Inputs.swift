import Coordination
import Experiments

extension TaskWork {
    /// The work with the file of its encoder, where another trial has trained that.
    ///
    /// - Throws: `noTrainedEncoder` where the file is not among what came with the task.
    func beginning(from inputs: TaskInputs) throws(ExperimentError) -> TaskWork {
        guard case .position(let task) = self, let trainedBy = task.trainedBy else { return self }
        guard let artifact = TrialID(trainedBy).flatMap({ inputs.artifacts[$0] }),
            let digest = ContentDigest(bytes: artifact.name.bytes)
        else { throw .noTrainedEncoder(trial: trainedBy) }
        return .position(task.reading(digest))
    }
}
