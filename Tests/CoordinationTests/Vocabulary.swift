import Coordination

extension Identifier {
    /// An identifier whose first eight digits spell the number, so that it is read easily in a trace.
    init(_ number: UInt64) {
        self.init(high: number << 32, low: number)
    }
}

/// The people and things of these tests.
enum Vocabulary {
    static let alice = WorkerID(0xA11CE)
    static let bob = WorkerID(0xB0B)
    static let kernels = SweepID(0x501)
    static let depths = SweepID(0x502)

    static func task(_ number: UInt64, trials: ClosedRange<UInt64>, of sweep: SweepID = kernels) -> SweepTask {
        SweepTask(
            id: TaskID(number), sweep: sweep, body: Array("task \(number)".utf8), trials: trials.map(TrialID.init))
    }

    static func attempt(_ number: UInt64 = 1, of task: UInt64 = 1) -> AttemptName {
        AttemptName(TaskID(task), Attempt(number: number))
    }

    /// What the result of a trial is called in the spool of a worker.
    static func key(
        _ trial: UInt64, _ name: AttemptName = attempt(), of cluster: ClusterID = .unnamed
    ) -> SpoolEntry.Key {
        SpoolEntry.Key(cluster, name, TrialID(trial))
    }

    static func hello(
        _ worker: WorkerID = alice, incarnation: UInt64 = 1, epoch: UInt64 = 0, versions: ClosedRange<Int> = 1...1,
        held: [AttemptName] = [], holds: [UInt64] = []
    ) -> Hello {
        Hello(
            versions: versions, worker: worker, incarnation: incarnation, host: "host-\(worker.short)",
            programVersion: "1.0.0", threads: 4, epoch: epoch, held: held, holds: holds)
    }

    /// A result with one metric per test set and one map of this size, whose values start with the figure.
    static func result(_ figure: Double = 0.5, height: Int = 2, width: Int = 3) -> TrialResult {
        let map = TrialResult.Map(
            testSet: "natural", image: 7, imageName: "0007.png", height: height, width: width,
            values: (0..<height * width).map { Float(figure) + Float($0) })
        return TrialResult(
            metrics: [
                TrialResult.Metric(testSet: "natural", name: "SPC", value: figure, images: 10, undefined: 1),
                TrialResult.Metric(testSet: "black", name: "SPC", value: nil, images: 0, undefined: 10),
            ], maps: height * width == 0 ? [] : [map],
            skipped: [TrialResult.SkippedImage(set: "train", image: "9.png", cause: "not an image")],
            provenance: TrialResult.Provenance(
                programVersion: "1.0.0", host: "lab1", processor: "x86-64", blas: "OpenBLAS", weights: "generated 1",
                data: "d41d8c", seconds: 2.5))
    }

    /// A training's result: figures, and the file of its encoder.
    static func trainingResult(of file: TrialArtifact = artifact()) -> TrialResult {
        let result = result(height: 0, width: 0)
        return TrialResult(
            metrics: result.metrics, maps: [], skipped: [], provenance: result.provenance, artifact: file)
    }

    /// A file whose name is made of this byte.
    static func artifact(_ byte: UInt8 = 0xEC, size: Int = 59_000_000) -> TrialArtifact {
        guard let name = BlobName([UInt8](repeating: byte, count: BlobName.byteCount)) else {
            preconditionFailure("as many bytes as a name has")
        }
        return TrialArtifact(name: name, size: size)
    }

    /// A result whose map takes more than what fits into an offer: `height · 400` bytes.
    static func largeResult(_ figure: Double = 0.5, height: Int = 2000) -> TrialResult {
        result(figure, height: height, width: 100)
    }

    static func offer(_ result: TrialResult = result(), of trial: UInt64, _ name: AttemptName = attempt()) -> Offer {
        let isSmall = result.expectedMapBytes <= Policy.inlineBytes
        return Offer(name, TrialID(trial), isSmall ? result : result.withoutValues, hasValues: isSmall)
    }
}

extension TrialResult {
    /// What a worker offers where the values are to follow.
    var withoutValues: TrialResult {
        let shapes = maps.map {
            Map(
                testSet: $0.testSet, image: $0.image, imageName: $0.imageName, height: $0.height, width: $0.width,
                values: [])
        }
        return TrialResult(
            metrics: metrics, maps: shapes, skipped: skipped, provenance: provenance, artifact: artifact,
            curve: curve)
    }
}
