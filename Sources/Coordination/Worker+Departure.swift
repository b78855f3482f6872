extension Worker {
    /// Takes nothing more, and leaves when all that it has is finished; told twice, it does no more.
    mutating func finishAndLeave(_ effects: inout [Effect]) {
        guard !isFinishing, drainDeadline == nil else { return }
        isFinishing = true
        effects.append(.report(.finishing(tasks: held.computingCount)))
    }

    /// Begins to leave once nothing is computed any more; results have the time that every leaving worker gives them.
    mutating func drainIfFinished(at now: Moment, _ effects: inout [Effect]) {
        guard isFinishing, held.computingCount == 0 else { return }
        drain(at: now, &effects)
    }
}
