import Coordination
import Simulation
import Testing

/// Messages that were damaged after their checksum was made, as a hostile or a broken peer would send them.
@Suite("Mutated messages")
struct MutatedMessagesTests {
    /// Ten seeds with 2,000 messages each.
    @Test(arguments: 1...10)
    func `a damaged message is refused, or is within every limit`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<2000 {
            var body = WireSamples.bodies.randomElement(using: &random) ?? []
            for _ in 0...Int.random(in: 0..<4, using: &random) { Self.damage(&body, &random) }
            if decodesWithinLimits(body) { accepted += 1 }
        }
        #expect(accepted > 100 && accepted < 1900, "damage that always or never matters tests nothing")
    }

    private func decodesWithinLimits(_ body: [UInt8]) -> Bool {
        do throws(WireError) {
            let message = try WorkerMessage(body: body)
            #expect(message.isWithinLimits, "\(ProtobufListing.hex(body))")
            // Values that are no numbers are not equal to themselves, their bytes are.
            #expect((try? WorkerMessage(body: message.body).body) == message.body)
            return true
        } catch {
            guard error == .unexpectedContent, let message = try? CoordinatorMessage(body: body) else { return false }
            #expect(message.isWithinLimits, "\(ProtobufListing.hex(body))")
            #expect((try? CoordinatorMessage(body: message.body)) == message)
            return true
        }
    }

    private static func damage(_ body: inout [UInt8], _ random: inout SplitMix64) {
        let place = body.isEmpty ? 0 : Int.random(in: 0..<body.count, using: &random)
        let end = min(body.count, place + Int.random(in: 0...20, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where !body.isEmpty: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where !body.isEmpty: body[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        case 2: body.removeSubrange(place..<end)
        case 3: body.insert(contentsOf: body[place..<end], at: place)
        case 4: body.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], at: place)
        case 5: body.removeLast(body.count - place)
        default: body.insert(contentsOf: WireSamples.bodies.randomElement(using: &random) ?? [], at: place)
        }
    }
}

extension WorkerMessage {
    /// Whether every count, length and number is what the shells rely on.
    fileprivate var isWithinLimits: Bool {
        switch self {
        case .hello(let hello):
            hello.held.count <= Policy.heldLimit && hello.held.allSatisfy(\.isValid) && hello.host.isShort
                && hello.programVersion.isShort && hello.processor.isShort && hello.memory >= 0
                && (0...65_535).contains(hello.threads)
        case .heartbeat(let credit, let held, let standstill):
            (0...Policy.heldLimit).contains(credit) && held.count <= Policy.heldLimit && held.allSatisfy(\.isValid)
                && standstill?.isShort != false
        case .progress(let name, let fraction, let note, let curve):
            name.isValid && (0...1).contains(fraction) && note.isShort && curve?.isWithinLimits != false
        case .offer(let offer): offer.name.isValid && offer.result.isWithinLimits(hasValues: offer.hasValues)
        case .chunk(let name, _, let offset, let bytes):
            name.isValid && (0...Policy.mapBytesLimit).contains(offset) && bytes.count <= Frame.bodyBytesLimit
        case .failed(let name, let kind, let cause): name.isValid && kind != .lost && cause.isShort
        case .handedBack(let name): name.isValid
        case .checkpoint(let name, let checkpoint): name.isValid && checkpoint.file.isWithinLimits
        case .goodbye: true
        }
    }
}

extension CoordinatorMessage {
    fileprivate var isWithinLimits: Bool {
        switch self {
        case .welcome(let welcome):
            welcome.heartbeat > .zero && welcome.heartbeat <= .seconds(3600)
                && welcome.cancelled.count <= Policy.heldLimit && welcome.cancelled.allSatisfy(\.isValid)
        case .refused(let reason, _): reason.isShort
        case .assign(let name, let body, let trials, let needs, let inputs):
            name.isValid && needs.count <= SweepTask.needsLimit && body.count <= SweepTask.bodyBytesLimit
                && trials.count <= Policy.trialsLimit && inputs.artifacts.count <= TaskInputs.artifactsLimit
                && inputs.artifacts.values.allSatisfy(\.isWithinLimits)
                && inputs.checkpoint?.file.isWithinLimits != false
        case .renewed(let cancelled): cancelled.count <= Policy.heldLimit && cancelled.allSatisfy(\.isValid)
        case .want(let name, _, let offset, let bytes):
            name.isValid && (0...Policy.mapBytesLimit).contains(offset) && (0...Policy.mapBytesLimit).contains(bytes)
        case .acknowledged(let name, _, _), .lacking(let name, _), .cancel(let name): name.isValid
        case .drain, .finishAndLeave: true
        }
    }
}

extension TrialResult {
    fileprivate func isWithinLimits(hasValues: Bool) -> Bool {
        let counts = [metrics.count, maps.count, skipped.count]
        let texts =
            metrics.flatMap { [$0.testSet, $0.name] } + maps.flatMap { [$0.testSet, $0.imageName] }
            + skipped.flatMap { [$0.set, $0.image, $0.cause] }
        return counts.allSatisfy { $0 <= Policy.entriesLimit } && texts.allSatisfy(\.isShort)
            && metrics.allSatisfy { ($0.value ?? 0).isFinite && $0.images >= 0 && $0.undefined >= 0 }
            && maps.allSatisfy { $0.image >= 0 && $0.values.count == (hasValues ? $0.height * $0.width : 0) }
            && expectedMapBytes <= Policy.mapBytesLimit && provenance.seconds.isFinite
            && artifact?.isWithinLimits != false
            && curve?.isWithinLimits != false
    }
}

extension LearningCurve {
    fileprivate var isWithinLimits: Bool {
        contradiction == nil && points.count <= Self.pointsLimit && metrics.count <= Self.metricsLimit
            && points.allSatisfy { $0.values.count == metrics.count }
    }
}

extension TrialArtifact {
    fileprivate var isWithinLimits: Bool { (1...Self.sizeLimit).contains(size) }
}

extension AttemptName {
    fileprivate var isValid: Bool { attempt.number > 0 && attempt.number < UInt64(Int64.max) }
}

extension String {
    fileprivate var isShort: Bool { utf8.count <= Policy.textLimit }
}
