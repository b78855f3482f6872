import Experiments

/// What the `--set` of a command line do, in the order in which they take effect.
///
/// Synthetic data first, then what is written over in the file, then settings of every trial, and last the limit on
/// images. Of two for one key the later holds.
struct OverrideList {
    private(set) var settings: [(key: SettingKey, value: SettingValue)] = []
    private(set) var imageLimit: Int?
    private var ofFile: [Override] = []
    private var isSynthetic = false

    /// Reads the overrides; mistakes in values go to the reader, those in how they are written are handed back.
    static func read(_ texts: [String], _ reader: inout SweepFileReader) -> (OverrideList, [SweepMistake]) {
        var list = OverrideList()
        var unread: [SweepMistake] = []
        for text in texts {
            do throws(SweepError) {
                list.add(try Override(text), &reader)
            } catch {
                unread += error.mistakes
            }
        }
        return (list, unread)
    }

    private mutating func add(_ override: Override, _ reader: inout SweepFileReader) {
        if let key = override.setting {
            if let value = reader.value(override.value, of: key) { settings.append((key, value)) }
        } else if override.key == "data" {
            isSynthetic = reader.choice(override.value, key: "data", among: [SyntheticData.word]) != nil
        } else if override.key == "data.limit" {
            imageLimit = reader.integer(override.value, key: "data.limit", in: SweepData.imageCounts)
        } else {
            ofFile.append(override)
        }
    }

    /// The document with everything written over that is no setting of a trial.
    func applied(to document: Document) -> Document {
        ofFile.reduce(isSynthetic ? SyntheticData.replacing(in: document) : document) { $1.apply(to: $0) }
    }
}

extension SweepData {
    /// The data with at most so many images in each set.
    func limited(to limit: Int) -> SweepData {
        SweepData(
            size: size, train: train.limited(to: limit),
            test: test.map { ExperimentTask.TestSet(name: $0.name, source: $0.source.limited(to: limit)) },
            mapsKept: mapsKept, rings: rings)
    }
}

extension ImageSource {
    func limited(to limit: Int) -> ImageSource {
        switch self {
        case .folder(let path, let own): .folder(path: path, limit: min(own ?? limit, limit))
        case .list, .constant: self
        case .noise(let kind, let count, let seed): .noise(kind, count: min(count, limit), seed: seed)
        case .leaves(let count, let seed): .leaves(count: min(count, limit), seed: seed)
        }
    }
}
