extension Coordinator {
    /// What is wrong with the state, by the numbers of ARCHITECTURE.md; empty as long as the code is right.
    ///
    /// - Complexity: O(tasks + workers), so simulations call it after every event and nobody else.
    package var brokenInvariants: [String] {
        var broken: [String] = []
        var leases: [WorkerID: Set<TaskID>] = [:]
        for (id, entry) in tasks {
            if let lease = entry.lease { leases[lease.worker, default: []].insert(id) }
        }
        for (worker, entry) in workers {
            let leased = leases[worker] ?? []
            if leased != entry.held {
                broken.append("6: \(worker.short) holds \(entry.held.count) tasks, \(leased.count) leases name it")
            }
            if entry.uploads.count > policy.offersAtOnce {
                broken.append("10: \(worker.short) has \(entry.uploads.count) uploads")
            }
            for upload in entry.uploads where upload.bytes.count > upload.granted || upload.granted > upload.expected {
                broken.append("10: an upload has \(upload.bytes.count) of \(upload.granted) granted bytes")
            }
            if let peer = entry.peer, peers[peer] != worker {
                broken.append("9: \(worker.short) is not the peer it is reached by")
            }
        }
        for (id, entry) in tasks {
            if let lease = entry.lease, lease.attempt >= entry.nextAttempt {
                broken.append("5: task \(id.short) leases attempt \(lease.attempt), next is \(entry.nextAttempt)")
            }
            if let lease = entry.lease, workers[lease.worker] == nil {
                broken.append("7: task \(id.short) is leased to a worker that is gone")
            }
            if entry.state == .done, !entry.missing.isEmpty {
                broken.append("1: task \(id.short) is done without \(entry.missing.count) results")
            }
        }
        for (id, sweep) in sweeps {
            let open = sweep.tasks.count { tasks[$0]?.state.isOpen == true }
            if open != sweep.open { broken.append("11: sweep \(id.short) counts \(sweep.open) open tasks of \(open)") }
        }
        let waiting = tasks.values.count { $0.state == .waiting }
        if waiting > queue.count { broken.append("13: \(waiting) tasks wait, \(queue.count) are queued") }
        return broken
    }

    /// Whether every task is done, failed or cancelled.
    package var isIdle: Bool { sweeps.values.allSatisfy { $0.open == 0 } }
}
