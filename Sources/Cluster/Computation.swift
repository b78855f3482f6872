import Coordination

/// What a worker computes with: tasks one after another, away from the thread with the socket.
protocol Computation: Sendable {
    func start(_ name: AttemptName, body: [UInt8], trials: [TrialID], _ inputs: TaskInputs)
    /// Ends a task as soon as that is possible; nothing more is heard of it.
    func stop(_ name: AttemptName)
    /// Ends everything; returns when it has ended.
    func close()
}

extension ComputeMessage {
    /// What a worker's state machine has to hear of it.
    var event: Worker.Event? {
        switch self {
        case .progressed(let name, let fraction, let note, let curve):
            .progressed(name, fraction: fraction, note: note, curve: curve)
        case .finished(let name, let trial, let result): .finished(name, trial, result)
        case .ended(let name): .ended(name)
        case .failed(let name, let kind, let cause): .failed(name, kind, cause: cause)
        case .start, .stop, .stopped: nil
        }
    }
}
