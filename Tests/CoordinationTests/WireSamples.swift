import Coordination

/// One message of each kind, by its name.
enum WireSamples {
    static let workerMessages: [(name: String, message: WorkerMessage)] = [
        ("hello", .hello(Vocabulary.hello(epoch: 3, held: [Vocabulary.attempt(2)]))),
        ("hello-with-holds", .hello(Vocabulary.hello(holds: [1, .max]))),
        ("heartbeat", .heartbeat(credit: 2, held: [Vocabulary.attempt(), Vocabulary.attempt(300, of: 2)])),
        ("progress", .progress(Vocabulary.attempt(), fraction: 0.25, note: "epoch 10 of 40")),
        (
            "progress-with-curve",
            .progress(Vocabulary.attempt(), fraction: 0.25, note: "training, epoch 4", curve: Vocabulary.curve())
        ),
        ("offer-with-curve", .offer(Vocabulary.offer(Vocabulary.trained(Vocabulary.curve()), of: 5))),
        ("offer-with-values", .offer(Vocabulary.offer(of: 5))),
        ("offer-without-values", .offer(Vocabulary.offer(Vocabulary.largeResult(), of: 5))),
        ("offer-with-artifact", .offer(Vocabulary.offer(Vocabulary.trainingResult(), of: 5))),
        ("chunk", .chunk(Vocabulary.attempt(), TrialID(5), offset: 61_440, bytes: [0, 0, 128, 63])),
        ("failed", .failed(Vocabulary.attempt(), .memory, cause: "out of memory — “vgg16”")),
        ("handed-back", .handedBack(Vocabulary.attempt())),
        ("checkpoint", .checkpoint(Vocabulary.attempt(2), TaskCheckpoint(Vocabulary.artifact(3), step: 400))),
        ("goodbye", .goodbye),
    ]

    static let coordinatorMessages: [(name: String, message: CoordinatorMessage)] = [
        (
            "welcome",
            .welcome(
                Welcome(
                    version: 1, cluster: ClusterID(0xC1), epoch: 3, session: 3 << 24 | 7, heartbeat: .seconds(5),
                    cancelled: [Vocabulary.attempt()]))
        ),
        ("refused", .refused(reason: "say hello first", isFinal: true)),
        ("assign", .assign(Vocabulary.attempt(), body: Array("task 1".utf8), trials: [TrialID(1), TrialID(2)])),
        ("assign-with-needs", .assign(Vocabulary.attempt(), body: [], trials: [TrialID(1)], needs: [0xFEA7, 2])),
        (
            "assign-with-inputs",
            .assign(
                Vocabulary.attempt(2), body: [], trials: [TrialID(1)],
                TaskInputs(
                    artifacts: [TrialID(7): Vocabulary.artifact(1), TrialID(6): Vocabulary.artifact(2, size: 1)],
                    checkpoint: TaskCheckpoint(Vocabulary.artifact(3, size: 1 << 30), step: 400)))
        ),
        ("renewed", .renewed(cancelled: [Vocabulary.attempt(2)])),
        ("want", .want(Vocabulary.attempt(), TrialID(5), offset: 524_288, bytes: 524_288)),
        ("acknowledged", .acknowledged(Vocabulary.attempt(), TrialID(5), .duplicate)),
        ("unknown", .acknowledged(Vocabulary.attempt(), TrialID(5), .unknown)),
        ("lacking", .lacking(Vocabulary.attempt(), TrialID(5))),
        ("cancel", .cancel(Vocabulary.attempt())),
        ("drain", .drain),
        ("finish-and-leave", .finishAndLeave),
    ]

    static let bodies = workerMessages.map(\.message.body) + coordinatorMessages.map(\.message.body)
}
