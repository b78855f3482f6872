import Experiments

extension SweepFileReader {
    /// The section `training`: how encoders are trained, and on what.
    ///
    /// - Parameters:
    ///   - document: The section; nil where there is none.
    ///   - settings: Takes what it says of every training.
    /// - Returns: The images of each task that encoders may be trained on; none where a mistake leaves nothing to go on with.
    mutating func training(
        _ document: Document?, into settings: inout TrialSettings
    ) -> [TrainingGoal: TrainingData] {
        guard let document else { return [:] }
        self.settings(in: "training", document, into: &settings)
        guard let written = document["data"] else { return [:] }
        let goals = TrainingGoal.allCases
        guard goals.contains(where: { written[$0.rawValue] != nil }) else {
            guard let data = trainingData(written, key: "training.data") else { return [:] }
            return Dictionary(uniqueKeysWithValues: goals.map { ($0, data) })
        }
        var data: [TrainingGoal: TrainingData] = [:]
        for entry in entries(of: written, .trainingTasks) {
            guard let goal = TrainingGoal(rawValue: entry.key) else { continue }
            data[goal] = trainingData(entry.value, key: "training.data.\(entry.key)")
        }
        return data
    }

    /// What stands in a message for somebody who has not written it.
    static let trainingExample =
        "training: {data: {size: 64, train: {synthetic: scenes, count: 200}, test: {new: {synthetic: scenes, count: 50, seed: 2}}}}"

    private mutating func trainingData(_ document: Document, key: String) -> TrainingData? {
        var (size, classes): (Int?, Int?) = (SweepData.usualSize, nil)
        var (train, validation): (LabelledSource?, LabelledSource?) = (nil, nil)
        var test: [TrainingSpecification.TestSet]?
        let before = mistakes.count
        for entry in entries(of: document, .trainingData, at: key) {
            switch entry.key {
            case "size": size = integer(entry.value, key: "\(key).size", in: SweepData.sizes)
            case "classes": classes = integer(entry.value, key: "\(key).classes", in: SweepData.classCounts)
            case "train": train = labelled(entry.value, key: "\(key).train")
            case "validation": validation = labelled(entry.value, key: "\(key).validation")
            default:
                test = namedSets(entry.value, key: "\(key).test") { reader, set, key in
                    reader.labelled(set, key: key)
                }?.map { TrainingSpecification.TestSet(name: $0.name, source: $0.source) }
            }
        }
        for needed in ["train", "test"] where document.entries != nil && document[needed] == nil {
            report(.missingKey(needed, section: key, example: Self.trainingExample), at: document.place)
        }
        guard let size, let train, let test, mistakes.count == before else { return nil }
        return TrainingData(size: size, classes: classes, train: train, validation: validation, test: test)
    }

    /// Images whose answer is known: `{images: FOLDER, masks: FOLDER, about: what they are}` or `{synthetic: scenes, count: 200, seed: 1}`.
    private mutating func labelled(_ document: Document, key: String) -> LabelledSource? {
        guard document["synthetic"] == nil else {
            return scenes(document, key: key)
        }
        let before = mistakes.count
        var values: [String: Document] = [:]
        for entry in entries(of: document, .labelledFolders, at: key, or: ["synthetic"]) {
            values[entry.key] = entry.value
        }
        for needed in ["images", "masks"] where document.entries != nil && values[needed] == nil {
            report(
                .missingKey(needed, section: key, example: "{images: DUTS-TR/Image, masks: DUTS-TR/Mask}"),
                at: document.place)
        }
        let limit = values["limit"].flatMap { integer($0, key: "\(key).limit", in: SweepData.imageCounts) }
        let about = values["about"].flatMap { text($0, key: "\(key).about") }
        let folders = [("images", about ?? "photographs"), ("masks", "the masks of " + (about ?? "the images"))].map {
            name, holds in
            values[name].flatMap { value in
                path(value, key: "\(key).\(name)") { .noSuchFolder($0, key: "\(key).\(name)", holds: holds) }
            }
        }
        guard mistakes.count == before, let images = folders[0], let masks = folders[1] else { return nil }
        return .masked(images: .folder(path: images, limit: limit), masks: .folder(path: masks, limit: nil))
    }

    private mutating func scenes(_ document: Document, key: String) -> LabelledSource? {
        var values: [String: Document] = [:]
        for entry in entries(of: document, .labelledScenes, at: key) {
            values[entry.key] = entry.value
        }
        let drawn = drawn(
            values, by: "synthetic", among: ["scenes"], example: "{synthetic: scenes, count: 200}", key: key,
            at: document.place)
        return drawn.map { .drawn(count: $0.count, seed: $0.seed) }
    }
}
