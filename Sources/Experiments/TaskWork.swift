/// What a worker is given to do: trials that share an encoder pass, or the training of one encoder.
package enum TaskWork: Hashable, Sendable {
    case position(ExperimentTask)
    case training(TrainingTask)

    /// The trials that share an encoder pass, where it is that.
    package var position: ExperimentTask? {
        if case .position(let task) = self { task } else { nil }
    }

    /// The training, where it is that.
    package var training: TrainingTask? {
        if case .training(let task) = self { task } else { nil }
    }

    /// The identifiers of the trials whose results come out, in the task's order.
    package var trials: [String] {
        switch self {
        case .position(let task): task.trials.map(\.id)
        case .training(let task): [task.trial]
        }
    }

    /// The digests of the lists of its images.
    package var lists: Set<ContentDigest> {
        switch self {
        case .position(let task): task.lists
        case .training(let task): task.specification.lists
        }
    }

    /// The `.safetensors` file with the encoder's tensors alone, where it reads one.
    package var weights: ContentDigest? { position?.weights }

    /// The digests of all that has to be on a host that runs it, but for the images of its lists.
    package var contents: Set<ContentDigest> { lists.union(weights.map { [$0] } ?? []) }
}

/// A training under the identifier of the trial that its result is stored by.
package struct TrainingTask: Hashable, Codable, Sendable {
    package let specification: TrainingSpecification
    package let trial: String

    package init(_ specification: TrainingSpecification, trial: String) {
        (self.specification, self.trial) = (specification, trial)
    }
}
