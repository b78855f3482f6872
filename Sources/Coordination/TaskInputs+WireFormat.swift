import Foundation
import SwiftProtobuf

extension TrialArtifact {
    init(_ wire: WireArtifact, _ field: String) throws(WireError) {
        guard let name = BlobName(wire.sha256) else { throw .digest(field, bytes: wire.sha256.count) }
        let size = try WireReading.number(wire.bytes, field, atMost: Self.sizeLimit)
        // Of a file without bytes nothing could be loaded.
        guard size > 0 else { throw .number(field) }
        self.init(name: name, size: size)
    }

    var wire: WireArtifact {
        .with { wire in
            wire.sha256 = Data(name.bytes)
            wire.bytes = UInt64(clamping: size)
        }
    }
}

extension TaskCheckpoint {
    init(_ wire: WireCheckpoint) throws(WireError) {
        self.init(
            try TrialArtifact(wire.file, "checkpoint"),
            step: try WireReading.number(wire.step, "checkpoint.step", atMost: 1 << 40))
    }

    var wire: WireCheckpoint {
        .with { wire in
            wire.file = file.wire
            wire.step = UInt64(clamping: step)
        }
    }
}

extension TaskInputs {
    init(_ wire: WireAssign) throws(WireError) {
        let artifacts = try WireReading.list(wire.artifacts, "artifacts", atMost: Self.artifactsLimit) {
            (wire) throws(WireError) in
            (try TrialID(reading: wire.trial, "trial"), try TrialArtifact(wire.artifact, "artifact"))
        }
        self.init(
            artifacts: Dictionary(artifacts) { first, _ in first },
            checkpoint: wire.hasCheckpoint ? try TaskCheckpoint(wire.checkpoint) : nil)
    }

    /// Writes it into an assignment.
    func write(to wire: inout WireAssign) {
        wire.artifacts = artifacts.sorted { $0.key < $1.key }.map { trial, artifact in
            .with {
                $0.trial = trial.wireBytes
                $0.artifact = artifact.wire
            }
        }
        if let checkpoint { wire.checkpoint = checkpoint.wire }
    }
}
