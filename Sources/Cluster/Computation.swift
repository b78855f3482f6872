import Coordination

/// What a worker computes with: tasks one after another, away from the thread with the socket.
protocol Computation: Sendable {
    func start(_ name: AttemptName, body: [UInt8], trials: [TrialID], _ inputs: TaskInputs)
    /// Ends a task as soon as that is possible; nothing more is heard of it.
    func stop(_ name: AttemptName)
    /// Stops computing where it is, keeps what is in memory, and goes on at `resume`.
    func suspend()
    func resume()
    /// Gives back the memory; every task has been stopped.
    func dismiss()
    /// Ends everything; returns when it has ended.
    func close()
}

extension Computation {
    // A thread cannot be stopped from outside; workers on other people's machines compute in a process.
    func suspend() {}
    func resume() {}
    func dismiss() {}
}

extension ComputeMessage {
    /// What a worker's state machine has to hear of it.
    var event: Worker.Event? {
        switch self {
        case .progressed(let name, let fraction, let note, let curve):
            .progressed(name, fraction: fraction, note: note, curve: curve)
        case .finished(let name, let trial, let result): .finished(name, trial, result)
        case .checkpointed(let name, let checkpoint): .checkpointed(name, checkpoint)
        case .ended(let name): .ended(name)
        case .failed(let name, let kind, let cause): .failed(name, kind, cause: cause)
        case .start, .stop, .stopped: nil
        }
    }
}
