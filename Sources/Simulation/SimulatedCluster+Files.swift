import Coordination

/// The files that executions make: some arrive late, some are gone when a coordinator is started again, and none may be missed.
///
/// Nothing here is drawn, so that the rest of a seed is what it was without files.
extension SimulatedCluster {
    /// How far an execution is; nil for tasks that are too short to say.
    func checkpoint(of name: AttemptName) -> TaskCheckpoint? {
        guard name.task.low % 3 == 0 || name.task.high % 3 == 0 else { return nil }
        let step = 1 + Int(now / .milliseconds(1))
        let mark = SplitMix64.mix(name.task.high ^ name.task.low ^ UInt64(step))
        let bytes = (0..<BlobName.byteCount).map { UInt8(truncatingIfNeeded: mark >> (8 * ($0 % 8))) }
        return BlobName(bytes).map { TaskCheckpoint(TrialArtifact(name: $0, size: 1_000), step: step) }
    }

    /// Up to three seconds.
    static func uploadTime(of file: BlobName) -> Duration {
        .milliseconds(10 + file.bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) } % 3_000)
    }

    /// A file has arrived, unless nobody is there to take it.
    func endUpload(_ file: BlobName, on index: Int) {
        guard coordinator != nil, !partitioned.contains(index) else {
            let life = workers[index].life
            agenda.add(.uploadIsDone(index, life: life, file), at: now + .seconds(5))
            return
        }
        store.files.insert(file)
        tellWorker(index, .uploaded(file))
    }

    func carryOutOnFiles(_ effect: Coordinator.Effect) {
        switch effect {
        case .keepCheckpoint(let task, let checkpoint) where bug == .checkpointNotKept:
            tellCoordinator(.checkpointKept(task, checkpoint))
        case .keepCheckpoint(let task, let checkpoint):
            guard store.files.contains(checkpoint.file.name) else { return }
            let time = now + Self.uploadTime(of: checkpoint.file.name)
            agenda.add(.checkpointIsKept(task, checkpoint, life: coordinatorLife), at: time)
        case .dropCheckpoint(let task): store.dropCheckpoint(of: task)
        default: break
        }
    }

    func keep(_ checkpoint: TaskCheckpoint, of task: TaskID) {
        guard checkpoint.step > store.checkpoints[task]?.last?.step ?? 0 else { return }
        store.keep(checkpoint, of: task)
        tellCoordinator(.checkpointKept(task, checkpoint))
    }

    /// What a coordinator hears when it begins; half of the files that nobody has adopted are gone.
    func tellCheckpoints() {
        store.files = store.files.filter { ($0.bytes.first ?? 0) % 2 == 0 }
        for (task, kept) in store.checkpoints.sorted(by: { $0.key < $1.key }) {
            if let newest = kept.last { tellCoordinator(.checkpointKept(task, newest)) }
        }
    }

    /// Leaves out the results whose files are not there.
    func recordsWithFiles(_ records: [Record], _ answers: inout [Coordinator.Event]) -> [Record] {
        records.filter { record in
            switch record {
            case .result(let trial, let task, let attempt, let worker, let result),
                .stray(let trial, let task, let attempt, let worker, let result):
                guard let file = result.artifact?.name, !store.files.contains(file) else { return true }
                answers.append(.lacking(trial, AttemptName(task, attempt), worker: worker))
                return false
            default: return true
            }
        }
    }

    /// A task begins from what is on disk of it, and from nothing that was never made of it.
    func checkCheckpoint(_ checkpoint: TaskCheckpoint?, of name: AttemptName) {
        guard let checkpoint else { return }
        if store.checkpoints[name.task]?.contains(checkpoint) != true {
            violate("18: attempt \(name.attempt) of \(name.task.short) begins from what is not on disk")
        }
    }
}
