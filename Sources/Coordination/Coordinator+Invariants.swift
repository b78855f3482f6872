import HeapModule

extension Coordinator {
    /// What is wrong with the state, by the numbers of ARCHITECTURE.md; empty as long as the code is right.
    ///
    /// - Complexity: O(tasks + workers), so simulations call it after events and nobody else.
    package var brokenInvariants: [String] {
        brokenTasks + brokenWorkers + brokenQueues
    }

    private var brokenTasks: [String] {
        var broken: [String] = []
        for (id, entry) in tasks {
            let leases = entry.leases
            if case .running = entry.state, leases.isEmpty || leases.count > 2 {
                broken.append("7: task \(id.short) has \(leases.count) live attempts")
            }
            for lease in leases {
                if lease.attempt >= entry.nextAttempt {
                    broken.append("5: task \(id.short) leases attempt \(lease.attempt), next is \(entry.nextAttempt)")
                }
                let isKnown =
                    lease.phase == .awaited
                    ? awaited[lease.worker]?.contains(id) == true : workers[lease.worker]?.held.contains(id) == true
                if !isKnown { broken.append("7: task \(id.short) is leased to a worker that does not count it") }
            }
            if !leases.isEmpty, entry.task.requires.contains(where: { artifacts[$0] == nil }) {
                broken.append("17: task \(id.short) runs without what it needs")
            }
            if case .blocked(let unmet) = entry.state {
                for trial in unmet where missingTrials[trial] == nil || dependents[trial]?.contains(id) != true {
                    broken.append("11: task \(id.short) waits for trial \(trial.short), of which nobody would tell it")
                }
            }
            if entry.state == .done, !entry.missing.isEmpty {
                broken.append("1: task \(id.short) is done without \(entry.missing.count) results")
            }
        }
        return broken
    }

    private var brokenWorkers: [String] {
        var broken: [String] = []
        for (worker, entry) in workers {
            for id in entry.held where tasks[id]?.leases.contains(where: { $0.worker == worker }) != true {
                broken.append("6: \(worker.short) counts task \(id.short), and no lease of it names the worker")
            }
            if entry.uploads.count > policy.uploadsAtOnce {
                broken.append("10: \(worker.short) has \(entry.uploads.count) uploads")
            }
            for upload in entry.uploads where upload.bytes.count > upload.granted || upload.granted > upload.expected {
                broken.append("10: an upload has \(upload.bytes.count) of \(upload.granted) granted bytes")
            }
            if let peer = entry.peer, peers[peer] != worker {
                broken.append("9: \(worker.short) is not the peer it is reached by")
            }
            if entry.nextLook == nil { broken.append("11: nobody looks after \(worker.short)") }
        }
        return broken
    }

    private var brokenQueues: [String] {
        var broken: [String] = []
        for (id, sweep) in sweeps {
            let open = sweep.tasks.count { tasks[$0]?.state.isOpen == true }
            if open != sweep.open { broken.append("11: sweep \(id.short) counts \(sweep.open) open tasks of \(open)") }
        }
        let waiting = tasks.values.count { $0.state == .waiting }
        let queued = queue.count + queue.pausedCount
        if waiting > queued { broken.append("13: \(waiting) tasks wait, \(queued) are queued") }
        if queued > 2 * tasks.count { broken.append("10: \(queued) of \(tasks.count) tasks are queued") }
        let slots = workers.values.reduce(0) { $0 + $1.credit + 4 }
        if rooms.count > 64 + 8 * slots { broken.append("10: \(rooms.count) entries for \(slots) slots") }
        if lookouts.count > 64 + 8 * (workers.count + tasks.count) {
            broken.append("10: \(lookouts.count) lookouts for \(workers.count) workers")
        }
        if trialsInCommit.count > commits.count {
            broken.append("10: \(trialsInCommit.count) trials for \(commits.count) commits")
        }
        let strayCount = strays.values.reduce(0) { $0 + $1.count }
        if strayCount > commits.count { broken.append("10: \(strayCount) strays for \(commits.count) commits") }
        return broken
    }

    /// Whether every task is done, failed or cancelled.
    package var isIdle: Bool { sweeps.values.allSatisfy { $0.open == 0 } }
}
