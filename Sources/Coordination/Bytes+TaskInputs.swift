// As they go to a compute process: of fixed layout, like the rest of its orders.

extension Bytes {
    mutating func artifact() throws(WireError) -> TrialArtifact {
        guard let name = BlobName(try take(BlobName.byteCount)) else { throw .undecodable }
        let size = try number(UInt64.self)
        guard (1...UInt64(TrialArtifact.sizeLimit)).contains(size) else { throw .number("artifact") }
        return TrialArtifact(name: name, size: Int(size))
    }

    mutating func checkpoint() throws(WireError) -> TaskCheckpoint {
        let (file, step) = (try artifact(), try number(UInt64.self))
        guard step <= 1 << 40 else { throw .number("checkpoint.step") }
        return TaskCheckpoint(file, step: Int(step))
    }

    mutating func inputs() throws(WireError) -> TaskInputs {
        let count = Int(try number(UInt8.self))
        guard count <= TaskInputs.artifactsLimit else {
            throw .count("artifacts", found: count, largest: TaskInputs.artifactsLimit)
        }
        var inputs = TaskInputs()
        for _ in 0..<count {
            let trial = try identifier(TrialID.self)
            inputs.artifacts[trial] = try artifact()
        }
        switch try number(UInt8.self) {
        case 0: break
        case 1: inputs.checkpoint = try checkpoint()
        default: throw .unknownValue("checkpoint")
        }
        return inputs
    }
}

extension [UInt8] {
    mutating func append(_ artifact: TrialArtifact) {
        self += artifact.name.bytes
        append(number: UInt64(clamping: artifact.size))
    }

    mutating func append(_ checkpoint: TaskCheckpoint) {
        append(checkpoint.file)
        append(number: UInt64(clamping: checkpoint.step))
    }

    mutating func append(_ inputs: TaskInputs) {
        append(UInt8(clamping: inputs.artifacts.count))
        for (trial, artifact) in inputs.artifacts.sorted(by: { $0.key < $1.key }) {
            append(trial)
            append(artifact)
        }
        append(UInt8(inputs.checkpoint == nil ? 0 : 1))
        if let checkpoint = inputs.checkpoint { append(checkpoint) }
    }
}
