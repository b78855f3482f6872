import Foundation
import SwiftProtobuf

extension CoordinatorMessage {
    /// The message's body, an `Envelope` of Protocol.proto.
    package var body: [UInt8] {
        WireReading.body(content)
    }

    private var content: WireEnvelope.OneOf_Content {
        switch self {
        case .welcome(let welcome): .welcome(welcome.wire)
        case .refused(let reason, let isFinal):
            .refused(
                .with {
                    $0.reason = reason
                    $0.isFinal = isFinal
                })
        case .assign(let name, let body, let trials, let needs, let inputs):
            .assign(
                .with {
                    $0.attempt = name.wire
                    $0.body = Data(body)
                    $0.trials = trials.map(\.wireBytes)
                    $0.needs = needs
                    inputs.write(to: &$0)
                })
        case .renewed(let cancelled): .renewed(.with { $0.cancelled = cancelled.map(\.wire) })
        case .want(let name, let trial, let offset, let bytes):
            .want(
                .with {
                    $0.attempt = name.wire
                    $0.trial = trial.wireBytes
                    $0.offset = UInt64(clamping: offset)
                    $0.bytes = UInt64(clamping: bytes)
                })
        case .acknowledged(let name, let trial, let outcome):
            .acknowledged(
                .with {
                    $0.attempt = name.wire
                    $0.trial = trial.wireBytes
                    $0.outcome = outcome.wire
                })
        case .lacking(let name, let trial):
            .lacking(
                .with {
                    $0.attempt = name.wire
                    $0.trial = trial.wireBytes
                })
        case .cancel(let name): .cancel(name.wire)
        case .drain: .drain(WireDrain())
        case .finishAndLeave: .drain(.with { $0.finish = true })
        }
    }

    /// The message in a body.
    ///
    /// - Throws: What is wrong with it; every length, count and number is within its limit when this returns.
    package init(body: [UInt8]) throws(WireError) {
        switch try WireReading.envelope(body) {
        case .welcome(let wire): self = .welcome(try Welcome(wire))
        case .refused(let wire):
            self = .refused(reason: try WireReading.line(wire.reason, "reason"), isFinal: wire.isFinal)
        case .assign(let wire):
            guard wire.body.count <= SweepTask.bodyBytesLimit else {
                throw .count("task body", found: wire.body.count, largest: SweepTask.bodyBytesLimit)
            }
            let trials = try WireReading.list(wire.trials, "trials", atMost: Policy.trialsLimit) {
                (bytes) throws(WireError) in try TrialID(reading: bytes, "trial")
            }
            self = .assign(
                try AttemptName(wire.attempt), body: Array(wire.body), trials: trials,
                needs: try WireReading.hashes(wire.needs, "needs", atMost: SweepTask.needsLimit),
                try TaskInputs(wire))
        case .renewed(let wire): self = .renewed(cancelled: try WireReading.attempts(wire.cancelled, "cancelled"))
        case .want(let wire):
            self = .want(
                try AttemptName(wire.attempt), try TrialID(reading: wire.trial, "trial"),
                offset: try WireReading.number(wire.offset, "offset", atMost: Policy.mapBytesLimit),
                bytes: try WireReading.number(wire.bytes, "bytes", atMost: Policy.mapBytesLimit))
        case .acknowledged(let wire):
            self = .acknowledged(
                try AttemptName(wire.attempt), try TrialID(reading: wire.trial, "trial"),
                try OfferOutcome(wire.outcome))
        case .lacking(let wire):
            self = .lacking(try AttemptName(wire.attempt), try TrialID(reading: wire.trial, "trial"))
        case .cancel(let wire): self = .cancel(try AttemptName(wire))
        case .drain(let wire): self = wire.finish ? .finishAndLeave : .drain
        case .hello, .heartbeat, .progress, .offer, .chunk, .failed, .handedBack, .checkpointed, .goodbye:
            throw .unexpectedContent
        }
    }
}

extension Welcome {
    fileprivate init(_ wire: WireWelcome) throws(WireError) {
        let heartbeat = try WireReading.number(wire.heartbeatMilliseconds, "heartbeat", atMost: 3_600_000)
        guard heartbeat > 0 else { throw .number("heartbeat") }
        self.init(
            version: try WireReading.number(wire.version, "version", atMost: 65_535),
            cluster: wire.cluster.isEmpty ? .unnamed : try ClusterID(reading: wire.cluster, "cluster"),
            epoch: wire.epoch, session: wire.session, heartbeat: .milliseconds(heartbeat),
            cancelled: try WireReading.attempts(wire.cancelled, "cancelled"))
    }

    fileprivate var wire: WireWelcome {
        .with { wire in
            wire.version = UInt32(clamping: version)
            wire.epoch = epoch
            wire.session = session
            wire.heartbeatMilliseconds = UInt32(clamping: Int(heartbeat / .milliseconds(1)))
            wire.cancelled = cancelled.map(\.wire)
            wire.cluster = cluster.wireBytes
        }
    }
}

extension OfferOutcome {
    fileprivate init(_ wire: WireOutcome) throws(WireError) {
        switch wire {
        case .stored: self = .stored
        case .duplicate: self = .duplicate
        case .unwanted: self = .unwanted
        case .unknown: self = .unknown
        case .unspecified, .UNRECOGNIZED: throw .unknownValue("outcome")
        }
    }

    fileprivate var wire: WireOutcome {
        switch self {
        case .stored: .stored
        case .duplicate: .duplicate
        case .unwanted: .unwanted
        case .unknown: .unknown
        }
    }
}
