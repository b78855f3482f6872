import Experiments

/// Writes the bodies of many tasks: the same bytes as `ExperimentTask.body()`, of which `JSONEncoder` makes only the
/// parts that differ.
///
/// A sweep of a hundred thousand trials has few encoders, readouts and fits; each is encoded once.
struct TaskBodyWriter {
    private var encoders: [EncoderSettings: [UInt8]] = [:]
    private var readouts: [PosENetSettings: [UInt8]] = [:]
    private var fits: [FitSettings: [UInt8]] = [:]

    /// The last trial's settings but for the seed, and what stands before and behind it: repeats differ in nothing else.
    private var last: (settings: TrialSettings, before: [UInt8], after: [UInt8])?

    /// One trial as it stands in a body; keys are in order.
    mutating func json(of trial: SweepTrial) throws(TaskBodyError) -> [UInt8] {
        var settings = trial.settings
        settings.seed = 0
        if last?.settings != settings { last = try (settings, before(settings), after(settings)) }
        var json: [UInt8] = []
        json.reserveCapacity(512)
        json += "{\"id\":\"".utf8
        json += trial.id.utf8
        json += last?.before ?? []
        json += String(trial.settings.seed).utf8
        json += last?.after ?? []
        return json
    }

    private mutating func before(_ settings: TrialSettings) throws(TaskBodyError) -> [UInt8] {
        var json = Array("\",\"settings\":{\"encoder\":".utf8)
        json += try Self.cached(settings.encoder, in: &encoders)
        json += Array(",\"fit\":".utf8)
        json += try Self.cached(settings.fit, in: &fits)
        json += Array(",\"posenet\":".utf8)
        json += try Self.cached(settings.posenet, in: &readouts)
        return json + Array(",\"seed\":".utf8)
    }

    private func after(_ settings: TrialSettings) -> [UInt8] {
        Array(",\"stripes\":\"\(settings.stripes.rawValue)\",\"target\":\"\(settings.target.rawValue)\"}}".utf8)
    }

    private static func cached<Value: Hashable & Encodable>(
        _ value: Value, in cache: inout [Value: [UInt8]]
    ) throws(TaskBodyError) -> [UInt8] {
        if let json = cache[value] { return json }
        let json = try TaskWork.json(of: value)
        cache[value] = json
        return json
    }

    /// The body of a task without trials, in two parts between which the trials stand.
    static func frame(of task: ExperimentTask) throws(TaskBodyError) -> (before: [UInt8], after: [UInt8]) {
        let json = try TaskWork.position(task).body()
        guard let start = json.firstRange(of: trialsKey) else { throw .notATask("'trials' is missing") }
        return (Array(json[..<start.upperBound]), Array(json[start.upperBound...]))
    }

    /// A body with an empty list of trials; nil where there is no list.
    static func withoutTrials(_ body: [UInt8]) -> [UInt8]? {
        // Behind the trials there is no other list.
        guard let start = body.firstRange(of: trialsKey)?.upperBound, let end = body.lastIndex(of: UInt8(ascii: "]")),
            start <= end
        else { return nil }
        return Array(body[..<start] + body[end...])
    }

    /// Quotes inside texts are written \", so that this can only be the key.
    private static let trialsKey = Array("\"trials\":[".utf8)
}
