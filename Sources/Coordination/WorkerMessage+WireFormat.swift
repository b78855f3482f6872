import Foundation
import SwiftProtobuf

extension WorkerMessage {
    /// The message's body, an `Envelope` of Protocol.proto.
    package var body: [UInt8] {
        WireReading.body(content)
    }

    private var content: WireEnvelope.OneOf_Content {
        switch self {
        case .hello(let hello): .hello(hello.wire)
        case .heartbeat(let credit, let held, let standstill):
            .heartbeat(
                .with {
                    $0.credit = UInt32(clamping: credit)
                    $0.held = held.map(\.wire)
                    $0.standstill = standstill ?? ""
                })
        case .progress(let name, let fraction, let note, let curve):
            .progress(
                .with {
                    $0.attempt = name.wire
                    $0.fraction = fraction
                    $0.note = note
                    if let curve { $0.curve = curve.wire }
                })
        case .offer(let offer): .offer(offer.wire)
        case .chunk(let name, let trial, let offset, let bytes):
            .chunk(
                .with {
                    $0.attempt = name.wire
                    $0.trial = trial.wireBytes
                    $0.offset = UInt64(clamping: offset)
                    $0.values = Data(bytes)
                })
        case .failed(let name, let kind, let cause):
            .failed(
                .with {
                    $0.attempt = name.wire
                    $0.kind = kind.wire
                    $0.cause = cause
                })
        case .handedBack(let name): .handedBack(name.wire)
        case .checkpoint(let name, let checkpoint):
            .checkpointed(
                .with {
                    $0.attempt = name.wire
                    $0.checkpoint = checkpoint.wire
                })
        case .goodbye: .goodbye(WireGoodbye())
        }
    }

    /// The message in a body.
    ///
    /// - Throws: What is wrong with it; every length, count and number is within its limit when this returns.
    package init(body: [UInt8]) throws(WireError) {
        switch try WireReading.envelope(body) {
        case .hello(let wire): self = .hello(try Hello(wire))
        case .heartbeat(let wire):
            self = .heartbeat(
                credit: try WireReading.number(wire.credit, "credit", atMost: Policy.heldLimit),
                held: try WireReading.attempts(wire.held, "held"),
                standstill: wire.standstill.isEmpty ? nil : try WireReading.line(wire.standstill, "standstill"))
        case .progress(let wire):
            guard (0...1).contains(wire.fraction) else { throw .number("fraction") }
            self = .progress(
                try AttemptName(wire.attempt), fraction: wire.fraction, note: try WireReading.line(wire.note, "note"),
                curve: wire.hasCurve ? try LearningCurve(wire.curve) : nil)
        case .offer(let wire): self = .offer(try Offer(wire))
        case .chunk(let wire):
            self = .chunk(
                try AttemptName(wire.attempt), try TrialID(reading: wire.trial, "trial"),
                offset: try WireReading.number(wire.offset, "offset", atMost: Policy.mapBytesLimit),
                bytes: Array(wire.values))
        case .failed(let wire):
            self = .failed(
                try AttemptName(wire.attempt), try FailureKind(wire.kind),
                cause: try WireReading.text(wire.cause, "cause", atMost: Policy.causeLimit))
        case .handedBack(let wire): self = .handedBack(try AttemptName(wire))
        case .checkpointed(let wire):
            self = .checkpoint(try AttemptName(wire.attempt), try TaskCheckpoint(wire.checkpoint))
        case .goodbye: self = .goodbye
        case .welcome, .refused, .assign, .renewed, .want, .acknowledged, .cancel, .drain, .lacking:
            throw .unexpectedContent
        }
    }
}

extension Hello {
    fileprivate init(_ wire: WireHello) throws(WireError) {
        let lowest = try WireReading.number(wire.lowestVersion, "lowest_version", atMost: 65_535)
        let highest = try WireReading.number(wire.highestVersion, "highest_version", atMost: 65_535)
        guard lowest <= highest else { throw .number("highest_version") }
        self.init(
            versions: lowest...highest, worker: try WorkerID(reading: wire.worker, "worker"),
            incarnation: wire.incarnation, host: try WireReading.line(wire.host, "host"),
            programVersion: try WireReading.line(wire.programVersion, "program_version"),
            threads: try WireReading.number(wire.threads, "threads", atMost: 65_535), epoch: wire.epoch,
            held: try WireReading.attempts(wire.held, "held"),
            holds: try WireReading.hashes(wire.holds, "holds", atMost: Self.holdsLimit),
            // A number that no memory has says nothing.
            memory: Int(exactly: wire.memory) ?? 0, processor: try WireReading.line(wire.processor, "processor"))
    }

    fileprivate var wire: WireHello {
        .with { wire in
            wire.lowestVersion = UInt32(clamping: versions.lowerBound)
            wire.highestVersion = UInt32(clamping: versions.upperBound)
            wire.worker = worker.wireBytes
            wire.incarnation = incarnation
            wire.host = host
            wire.programVersion = programVersion
            wire.threads = UInt32(clamping: threads)
            wire.epoch = epoch
            wire.held = held.map(\.wire)
            wire.holds = holds
            wire.memory = UInt64(clamping: memory)
            wire.processor = processor
        }
    }
}

extension FailureKind {
    fileprivate init(_ wire: WireFailureKind) throws(WireError) {
        switch wire {
        case .trial: self = .trial
        case .memory: self = .memory
        case .host: self = .host
        case .stalled: self = .stalled
        case .unspecified, .UNRECOGNIZED: throw .unknownValue("failure kind")
        }
    }

    /// A worker never reports itself lost.
    fileprivate var wire: WireFailureKind {
        switch self {
        case .trial: .trial
        case .memory: .memory
        case .host, .lost: .host
        case .stalled: .stalled
        }
    }
}
