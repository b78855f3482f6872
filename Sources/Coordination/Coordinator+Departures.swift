/// How a worker is to leave.
package enum DepartureOrder: String, Hashable, Sendable {
    /// It finishes what it has.
    case finish
    /// It hands back what it has.
    case handBack
}

extension Coordinator {
    /// Tells a worker to leave; it gets no further task, and what is on its way to the disk for it goes to others.
    ///
    /// The order is for the process that is known now: it hears of it again when it comes back, and a new one that is
    /// started under its name has never heard of it.
    mutating func order(_ worker: WorkerID, to order: DepartureOrder, _ effects: inout [Effect]) {
        guard let entry = workers[worker] else { return }
        // Who was told to hand back is not told to finish.
        if entry.order != .handBack { workers[worker]?.order = order }
        repeatOrder(to: worker, &effects)
    }

    /// Tells a worker once more what it seems not to have heard.
    mutating func repeatOrder(to worker: WorkerID, _ effects: inout [Effect]) {
        switch workers[worker]?.order {
        case .finish: tell(worker, .finishAndLeave, &effects)
        case .handBack: tell(worker, .drain, &effects)
        case nil: break
        }
    }
}
