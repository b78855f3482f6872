import Coordination
import Foundation
import ResultsStore
import TestSupport

/// The vocabulary of the store's tests.
enum Samples {
    static let noon = Date(timeIntervalSince1970: 1_700_000_000)
    static let alice = WorkerID(high: 0xA, low: 1)
    static let bob = WorkerID(high: 0xB, low: 2)

    static func trial(_ number: UInt64) -> TrialID { TrialID(high: number &* 0x9E37_79B9_7F4A_7C15, low: number) }
    static func task(_ number: UInt64) -> TaskID { TaskID(high: number &* 0xC2B2_AE3D_27D4_EB4F, low: number) }

    /// A sweep of tasks with two trials each: task 1 has the trials 1 and 2, task 2 has 3 and 4, and so on.
    static func sweep(
        _ name: String = "quickstart", id: UInt64 = 1, tasks: ClosedRange<UInt64> = 1...3
    ) -> SubmittedSweep {
        let sweep = SweepID(high: 0x5, low: id)
        let trials = tasks.flatMap { [trial(2 * $0 - 1), trial(2 * $0)] }
        return SubmittedSweep(
            id: sweep, name: name, table: table(trials: trials.count), trials: trials,
            tasks: tasks.map { number in
                SweepTask(
                    id: task(number), sweep: sweep, body: Array("task \(number)".utf8),
                    trials: [trial(2 * number - 1), trial(2 * number)])
            })
    }

    /// A table whose trials differ in their kernels.
    static func table(trials: Int) -> TableDefinition {
        TableDefinition(
            description: nil, fileDigest: "f1",
            settings: ["posenet.kernel", "seed"], trials: (0..<trials).map { [String(2 * $0 + 1), "1"] },
            testSets: ["natural", "black"], rows: ["posenet.kernel"], columns: ["test"], metrics: ["SPC", "MAE"],
            reference: nil)
    }

    static func provenance(host: String = "lab1", seconds: Double = 2.5) -> TrialResult.Provenance {
        TrialResult.Provenance(
            programVersion: "0.1", host: host, processor: "Xeon", blas: "OpenBLAS Haswell", weights: "He 1",
            data: "d1", seconds: seconds)
    }

    /// A result with a defined and an undefined metric, a map and a skipped image.
    static func result(
        spc: Double? = 0.742, pixels: [Float] = [0, 0.25, 0.5, 0.75, 1, -0.0], host: String = "lab1",
        seconds: Double = 2.5, artifact: TrialArtifact? = nil
    ) -> TrialResult {
        TrialResult(
            metrics: [
                metric("natural", "SPC", spc, images: 24, undefined: spc == nil ? 24 : 1),
                metric("natural", "MAE", 0.149, images: 24),
                metric("black", "SPC", nil, images: 1, undefined: 1),
                metric("black", "MAE", 0.25, images: 1),
            ],
            maps: [
                TrialResult.Map(
                    testSet: "natural", image: 0, imageName: "leaf.png", height: 2, width: 3, values: pixels)
            ],
            skipped: [TrialResult.SkippedImage(set: "train", image: "broken.jpg", cause: "not a JPEG")],
            provenance: provenance(host: host, seconds: seconds), artifact: artifact)
    }

    /// A file whose name is made of this byte.
    static func artifact(_ byte: UInt8 = 0xEC, size: Int = 59_000_000) -> TrialArtifact? {
        BlobName([UInt8](repeating: byte, count: BlobName.byteCount)).map { TrialArtifact(name: $0, size: size) }
    }

    static func metric(
        _ testSet: String, _ name: String, _ value: Double?, images: Int = 1, undefined: Int = 0
    ) -> TrialResult.Metric {
        TrialResult.Metric(testSet: testSet, name: name, value: value, images: images, undefined: undefined)
    }

    static func found(
        _ number: UInt64, task: UInt64? = nil, _ attempt: Attempt = .first, by worker: WorkerID = alice,
        finding result: TrialResult = result()
    ) -> Record {
        .result(trial(number), task: Self.task(task ?? (number + 1) / 2), attempt, worker: worker, result)
    }
}

/// Runs a test with a store to which the sample sweep was submitted.
func withStore<Value>(_ body: (ResultsStore) throws -> Value) throws -> Value {
    try withTemporaryFolder { folder in
        let store = try ResultsStore(folder: folder)
        _ = try store.submit(Samples.sweep(), at: Samples.noon)
        return try body(store)
    }
}
