import Experiments

/// Makes the identifiers of a sweep's trials: a hash over the data, the weights and every setting in its order.
///
/// A sweep of a hundred thousand trials has few encoders, readouts and fits; the text of each is made once.
struct TrialIdentifiers {
    private let base: ContentHash
    private var encoders: [EncoderSettings: [UInt8]] = [:]
    private var readouts: [PosENetSettings: [UInt8]] = [:]
    private var fits: [FitSettings: [UInt8]] = [:]
    private var trainings: [TrialSettings: String] = [:]

    /// The keys in runs of one section, in the order in which they are hashed.
    private static let runs: [(section: Substring, keys: [SettingKey])] = {
        var runs: [(section: Substring, keys: [SettingKey])] = []
        // A training is known by its specification, and where all trials read positions, all have the same of it.
        for key in SettingKey.all where !notHashed.contains(key.name) && !key.name.hasPrefix("training.") {
            let section = key.name.prefix { $0 != "." }
            if runs.last?.section == section {
                runs[runs.count - 1].keys.append(key)
            } else {
                runs.append((section, [key]))
            }
        }
        return runs
    }()

    /// Where an encoder is trained for a trial, the training's identifier says all about it.
    private static let notHashed = ["experiment", "encoder.from"]

    private let contents: [ContentSource: ContentDigest]
    private let training: [TrainingGoal: TrainingData]

    /// - Parameters:
    ///   - data: What all position trials of the sweep share; test sets by name, since their order changes no figure.
    ///   - training: What all its trainings for a task share.
    ///   - contents: What is in the folders and files that are named, which decides results where their paths do not.
    init(_ data: SweepData?, training: [TrainingGoal: TrainingData], contents: [ContentSource: ContentDigest]) {
        self.contents = contents
        self.training = training.mapValues { $0.listed(in: contents) }
        let hash = ContentHash("posweep trial 1")
        base = data.map { Self.hash(hash, $0, contents) } ?? hash
    }

    private static func hash(
        _ hash: ContentHash, _ data: SweepData, _ contents: [ContentSource: ContentDigest]
    ) -> ContentHash {
        var hash = hash
        hash.add("size=\(data.size)")
        hash.add(data.train.listed(in: contents).canonicalText)
        for set in data.test.sorted(by: { $0.name < $1.name }) {
            hash.add(set.name)
            hash.add(set.source.listed(in: contents).canonicalText)
        }
        if data.rings > 0 { hash.add("rings=\(data.rings)") }
        return hash
    }

    /// Tells the points of one sweep apart before anybody has read what its data are.
    static var ofPoints: TrialIdentifiers { TrialIdentifiers() }

    private init() {
        (contents, training, base) = ([:], [:], ContentHash("posweep point"))
    }

    /// The last trial but for its seed, and all that is hashed before that: repeats differ in nothing else.
    private var last: (point: CanonicalSettings, hash: ContentHash)?

    /// The identifier of the trial with these settings.
    mutating func identifier(of trial: CanonicalSettings) -> String {
        guard trial.settings.experiment == .position else { return identifier(ofTraining: trial.settings) }
        var point = trial
        point.settings.seed = 0
        if last?.point != point { last = (point, hash(of: point)) }
        var hash = last?.hash ?? base
        hash.add("\(Self.seed)=\(trial.settings.seed)")
        if let training = training(of: trial) { hash.add("trained=\(training)") }
        return hash.identifier
    }

    /// The identifier of the trial that trains another one's encoder; nil where none does.
    mutating func training(of trial: CanonicalSettings) -> String? {
        guard let training = trial.training else { return nil }
        if let known = trainings[training.settings] { return known }
        let identifier = identifier(ofTraining: training.settings)
        trainings[training.settings] = identifier
        return identifier
    }

    /// The last of all keys.
    private static let seed = "seed"

    private mutating func hash(of point: CanonicalSettings) -> ContentHash {
        let settings = point.settings
        var hash = base
        hash.add(point.content.flatMap { contents[$0] }.map { "weights=\($0)" } ?? "seeded weights")
        for (section, keys) in Self.runs where section != Self.seed {
            func text() -> [UInt8] {
                keys.flatMap { ContentHash.netstring($0.name + "=" + settings[$0].description) }
            }
            switch section {
            case "encoder": hash.append(Self.cached(settings.encoder, in: &encoders, text))
            case "posenet": hash.append(Self.cached(settings.posenet, in: &readouts, text))
            case "fit": hash.append(Self.cached(settings.fit, in: &fits, text))
            default: hash.append(text())
            }
        }
        return hash
    }

    private func identifier(ofTraining settings: TrialSettings) -> String {
        var hash = ContentHash("posweep training 1")
        if let specification = training.specification(of: settings) {
            hash.add(specification.digest)
        } else {
            for key in SettingKey.all { hash.add(key.name + "=" + settings[key].description) }
        }
        return hash.identifier
    }

    private static func cached<Value: Hashable>(
        _ value: Value, in cache: inout [Value: [UInt8]], _ make: () -> [UInt8]
    ) -> [UInt8] {
        if let text = cache[value] { return text }
        let text = make()
        cache[value] = text
        return text
    }
}

extension ImageSource {
    fileprivate var canonicalText: String {
        switch self {
        case .folder: preconditionFailure("a folder is known by its content")
        case .list(let digest): "images \(digest)"
        case .constant(let value): "constant \(SettingValue.number(value))"
        case .noise(let kind, let count, let seed): "noise \(kind.rawValue) \(count) \(seed)"
        case .leaves(let count, let seed): "leaves \(count) \(seed)"
        }
    }
}
