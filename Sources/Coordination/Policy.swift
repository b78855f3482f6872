/// Every limit and time-out of the protocol, with its reason.
package struct Policy: Hashable, Sendable {
    /// How often a worker says that it lives; three are missed before anybody wonders.
    package var heartbeat = Duration.seconds(5)
    /// The silence after which a worker gets no new task, and a worker looks for its coordinator anew.
    package var suspicion = Duration.seconds(15)
    /// The silence after which a worker's tasks go to others; longer than a host sleeps through a page-out or a stall.
    package var lease = Duration.seconds(60)
    /// How long a coordinator that was started anew waits for the workers that have tasks: a lease, and the longest wait
    /// between two of a worker's attempts to connect.
    package var grace = Duration.seconds(90)
    /// How often the coordinator looks for silence.
    package var tick = Duration.seconds(1)
    /// How long a full disk is left alone before the next try.
    package var storeRetry = Duration.seconds(5)
    /// How long a worker that was asked to leave waits for its results to be acknowledged.
    package var drain = Duration.seconds(10)
    /// How long a worker stays that has nothing to compute and nothing to hand in; for ever where nil.
    package var leaveAfter: Duration?
    /// How long an offered result may stay unanswered before it is offered again.
    package var offerRepeat = Duration.seconds(20)
    /// How long a worker leaves a spool alone that could not be written.
    package var spoolRetry = Duration.seconds(5)
    /// Bytes of unacknowledged results above which a worker takes no more work.
    package var spoolLimit = 1_000_000_000

    /// Failures of a kind that a task survives; the next one fails it for good.
    package var retries: [FailureKind: Int] = [.trial: 1, .memory: 2, .stalled: 2, .host: 2, .lost: 3]

    /// A failure this soon after its task had begun may be the host's; a few in a row set a worker aside.
    package var quickFailure = Duration.seconds(10)
    /// How long a failed task waits for another worker, and a worker that fails everything for others to try the same.
    package var secondOpinion = Duration.seconds(60)

    /// Live executions of a task: one, and a copy where the first one takes long.
    package var copies = 2
    /// What an execution takes before it gets a copy, in medians of its sweep, and at least.
    package var stragglerMedians = 1.5
    package var stragglerTime = Duration.seconds(30)
    /// One in so many executions may be a copy; one always may.
    package var slotsPerCopy = 10

    /// The work that a worker has ahead: more executions at a time where they are short.
    ///
    /// One that turns out to be long keeps the others waiting for no longer than this and a tick.
    package var workAhead = Duration.milliseconds(500)
    /// Executions that a worker asks for at a time, however short they are.
    package var creditLimit = heldLimit / 2

    /// Results that a worker offers at a time, and their bytes, those of maps that are sent in chunks left out: what a
    /// connection's buffers take while the other side is stopped, so that ZeroMQ's high-water mark is never reached.
    package var offersAtOnce = 256
    package var offerBytesAtOnce = 16 * inlineBytes
    /// Results of a worker whose maps are fetched or wait for it; as many as it offers at a time.
    package var uploadsAtOnce = 16
    /// Map bytes that a coordinator asks for at a time.
    package var chunkCredit = 512 * 1024

    package init() {}

    /// Bytes of map values in one message.
    package static let chunkBytes = 60 * 1024
    /// Map values up to this size travel with the offer.
    package static let inlineBytes = 24 * 1024
    /// Bytes of all maps of one trial.
    package static let mapBytesLimit = 64 * 1024 * 1024
    /// Bytes of one blob: 1 TiB.
    package static let blobBytesLimit = 1 << 40
    /// Executions that a worker may name in one message.
    package static let heldLimit = 1_024
    /// Bytes of task bodies above which a worker gets no more tasks, whatever its credit is.
    package static let heldBodyBytes = 1024 * 1024
    /// Executions remembered of a task, so that a late result is known to come from whoever was given it.
    package static let executionsLimit = 64
    /// Trials of one task.
    package static let trialsLimit = 512
    /// Metrics, maps or skipped images of one result.
    package static let entriesLimit = 4096
    /// Bytes of one string.
    package static let textLimit = 4096
    /// Bytes of the cause of a failure, with the end of the log of what has failed.
    package static let causeLimit = 10 * 1024
}

/// Whose fault a failed execution is.
package enum FailureKind: String, Hashable, CaseIterable, Sendable {
    /// The trial itself cannot be run: bad weights, images that are too small.
    case trial
    case memory
    /// The computation went on without getting any further.
    case stalled
    /// The host's: a missing file, a full disk.
    case host
    /// The worker was silent for too long.
    case lost
}
