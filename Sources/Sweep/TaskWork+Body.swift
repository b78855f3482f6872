package import Experiments
import Foundation

/// Why the body of a task cannot be read.
package enum TaskBodyError: Error, Hashable {
    case tooLarge(bytes: Int, limit: Int)
    case notATask(String)
    case outOfRange(String)
}

extension TaskBodyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "the task has \(bytes) bytes; a task has at most \(limit)"
        case .notATask(let cause): "the task cannot be read — \(cause) — run the same version of posweep on all hosts"
        case .outOfRange(let what): "the task is refused: \(what) — plan the sweep again with this version of posweep"
        }
    }
}

extension TaskWork {
    /// What fits into one message beside the rest of an assignment.
    package static let bodyBytesLimit = 48 * 1024

    /// The work as JSON with sorted keys, the same bytes for the same work on every host.
    package func body() throws(TaskBodyError) -> [UInt8] {
        switch self {
        case .position(let task): try Self.json(of: task)
        case .training(let task): try Self.json(of: task)
        }
    }

    static func json(of value: some Encodable) throws(TaskBodyError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw .notATask("\(error)")
        }
    }

    /// Reads a body that came over a wire.
    ///
    /// - Throws: Where it is too large, is no work, or holds a setting that no sweep file could.
    package init(body: [UInt8]) throws(TaskBodyError) {
        guard body.count <= Self.bodyBytesLimit else {
            throw .tooLarge(bytes: body.count, limit: Self.bodyBytesLimit)
        }
        do {
            try self.init(unchecked: body)
        } catch {
            throw .notATask(Self.cause(of: error))
        }
        switch self {
        case .position(let task): try task.check()
        case .training(let task): try task.check()
        }
    }

    /// Reads a body whatever its settings are, and if it has no trials.
    init(unchecked body: [UInt8]) throws {
        self = try JSONDecoder().decode(Decoded.self, from: Data(body)).work
    }

    /// A training has a specification, and trials that share an encoder pass have none.
    private struct Decoded: Decodable {
        let work: TaskWork

        private enum CodingKeys: String, CodingKey { case specification }

        init(from decoder: any Decoder) throws {
            let isTraining = try decoder.container(keyedBy: CodingKeys.self).contains(.specification)
            work =
                isTraining ? .training(try TrainingTask(from: decoder)) : .position(try ExperimentTask(from: decoder))
        }
    }

    private static func cause(of error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
        case .dataCorrupted(let context): context.debugDescription
        default: "\(error)"
        }
    }
}

extension ExperimentTask {
    fileprivate func check() throws(TaskBodyError) {
        try require(SweepData.sizes.contains(size), "images of \(size) pixels")
        try require(SweepData.mapCounts.contains(mapsKept), "\(mapsKept) maps")
        let mostRings = min(SweepData.ringCounts.upperBound, BorderRings.largestCount(side: size))
        try require((0...mostRings).contains(rings), "\(rings) rings")
        try require(!trials.isEmpty, "no trials")
        if let trainedBy {
            try requireIdentifier(trainedBy)
            try require(weights == nil, "weights from a file and from a training")
        }
        try require((1...SweepData.testSetsLimit).contains(test.count), "\(test.count) test sets")
        try require(Set(test.map(\.name)).count == test.count, "two test sets of one name")
        try require(Set(trials.map(\.id)).count == trials.count, "two trials of one identifier")
        for source in [train] + test.map(\.source) { try require(source.isInRange, "the images \(source)") }
        for trial in trials {
            try requireIdentifier(trial.id)
            try trial.settings.check()
            let kernel = trial.settings.posenet.kernel
            try require(!kernel.isMultiple(of: 2), "the even kernel \(kernel)")
        }
    }
}

extension TrainingTask {
    fileprivate func check() throws(TaskBodyError) {
        try requireIdentifier(trial)
        var settings = TrialSettings()
        (settings.encoder, settings.training) = (specification.encoder, specification.fit)
        settings.seed = specification.seed
        try settings.check()
        try require(
            (1...SweepData.testSetsLimit).contains(specification.test.count), "\(specification.test.count) test sets")
        try require(Set(specification.test.map(\.name)).count == specification.test.count, "two test sets of one name")
        let sources =
            [specification.train] + [specification.validation].compactMap(\.self) + specification.test.map(\.source)
        for source in sources {
            for images in source.images { try require(images.isInRange, "the images \(images)") }
            if case .drawn(_, let seed) = source { try require(SweepData.seeds.contains(seed), "the seed \(seed)") }
        }
        do {
            try specification.check()
        } catch {
            throw .outOfRange("\(error)")
        }
    }
}

extension TrialSettings {
    fileprivate func check() throws(TaskBodyError) {
        for key in SettingKey.all {
            let value = self[key]
            try require(key.kind.accepts(value), "\(key.name) \(value)")
        }
    }
}

private func requireIdentifier(_ text: String) throws(TaskBodyError) {
    try require(text.utf8.count == 32 && text.allSatisfy(\.isHexDigit), "the identifier '\(text.prefix(40))'")
}

private func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(TaskBodyError) {
    guard holds else { throw .outOfRange(what()) }
}

extension SettingKey.Kind {
    fileprivate func accepts(_ value: SettingValue) -> Bool {
        switch (self, value) {
        case (.choice(let known), .text(let text)): known.contains(text)
        case (.integer(_, let word?), .text(let text)), (.integers(_, _, let word?), .text(let text)): text == word
        case (.integer(let range, _), .integer(let integer)): range.contains(integer)
        case (.number(let range), .number(let number)): range.contains(number)
        case (.integers(let range, let fewest, _), .integers(let integers)):
            integers.count >= fewest && integers.allSatisfy(range.contains)
                && zip(integers, integers.dropFirst()).allSatisfy { $0 < $1 }
        default: false
        }
    }
}

extension ImageSource {
    fileprivate var isInRange: Bool {
        switch self {
        // Contents travel by their digests: no message makes a worker look at a path.
        case .folder: false
        case .list: true
        case .constant(let value): (0...1).contains(value)
        case .noise(_, let count, let seed), .leaves(let count, let seed):
            SweepData.imageCounts.contains(count) && SweepData.seeds.contains(seed)
        }
    }
}
