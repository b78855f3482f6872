/// The files that results and checkpoints name: they are with the coordinator before it hears of them.
extension Worker {
    /// The computation has come so far; the coordinator hears of it when it has the file.
    mutating func keep(_ checkpoint: TaskCheckpoint, of name: AttemptName, _ effects: inout [Effect]) {
        guard held.isComputing(name) else {
            effects.append(.forgetFile(checkpoint.file.name))
            return
        }
        guard checkpoints[name]?.underWay != nil else {
            send(checkpoint, of: name, &effects)
            return
        }
        if let older = checkpoints[name]?.waiting { effects.append(.forgetFile(older.file.name)) }
        checkpoints[name]?.waiting = checkpoint
    }

    private mutating func send(_ checkpoint: TaskCheckpoint, of name: AttemptName, _ effects: inout [Effect]) {
        checkpoints[name, default: Checkpoints()].underWay = checkpoint
        effects.append(.upload(checkpoint.file, .checkpoint))
    }

    /// A file is with the coordinator.
    mutating func complete(_ file: BlobName, _ effects: inout [Effect]) {
        outbox.complete(file)
        for (name, known) in checkpoints {
            guard let checkpoint = known.underWay, checkpoint.file.name == file else { continue }
            checkpoints[name]?.uploaded = checkpoint
            if isWelcome { effects.append(.send(.checkpoint(name, checkpoint))) }
            goOn(behind: name, &effects)
        }
    }

    /// Sends the newest checkpoint, now that the one before it is done with.
    private mutating func goOn(behind name: AttemptName, _ effects: inout [Effect]) {
        checkpoints[name]?.underWay = nil
        guard let next = checkpoints[name]?.waiting else { return }
        checkpoints[name]?.waiting = nil
        send(next, of: name, &effects)
    }

    /// Says once more how far executions have come: what was said on the last connection may have been lost with it.
    mutating func tellCheckpoints(_ effects: inout [Effect]) {
        for name in held.computing {
            guard let checkpoint = checkpoints[name]?.uploaded else { continue }
            effects.append(.send(.checkpoint(name, checkpoint)))
        }
    }

    /// An execution has ended, or is not wanted any more.
    mutating func forgetCheckpoints(of name: AttemptName, _ effects: inout [Effect]) {
        guard let waiting = checkpoints.removeValue(forKey: name)?.waiting else { return }
        effects.append(.forgetFile(waiting.file.name))
    }

    /// The coordinator does not have the file of a result that it was offered.
    mutating func sendFile(of trial: TrialID, _ name: AttemptName, _ effects: inout [Effect]) {
        guard let key = key(of: trial, name), let file = outbox.lack(key) else { return }
        effects.append(.upload(file, .result))
    }

    /// A file is gone: a result without it is none, and has to be found out anew.
    mutating func giveUp(_ file: BlobName, cause: String, _ effects: inout [Effect]) {
        for (name, known) in checkpoints where known.underWay?.file.name == file { goOn(behind: name, &effects) }
        for key in outbox.keys(of: file) {
            guard let entry = outbox.remove(key)?.entry else { continue }
            inherited.remove(key)
            spoolSize -= entry.size
            effects.append(.unspool(key))
            effects.append(.report(.fileLost(key.trial, cause: cause)))
            // Its attempt is not held any more, so that the coordinator gives the task away again.
            releaseIfDone(key.name)
        }
        reportSpoolSize(&effects)
    }

    /// A result is acknowledged; its file goes with it, unless another one has the same.
    func forgetFile(of entry: SpoolEntry, _ effects: inout [Effect]) {
        guard let file = entry.result.artifact?.name, outbox.keys(of: file).isEmpty, shelf.keys(of: file).isEmpty
        else { return }
        effects.append(.forgetFile(file))
    }
}
