import Cluster
import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

/// The rows of a case-study sheet, gathered from a sweep's stored maps and from its test images where they still are.
struct CaseStudy {
    let sheet: CaseStudySheet
    let summary: String

    /// What a map predicts, and on what; everything else is the model.
    private struct Case: Hashable {
        let image: Int
        let target: PositionMap
    }

    /// - Parameters:
    ///   - sweep: The sweep.
    ///   - table: Its table.
    ///   - store: Where the maps are.
    ///   - test: The test set; nil takes the first that has maps.
    ///   - images: The numbers of the test images.
    /// - Throws: `Failure` where there are no such maps.
    init(of sweep: SweepID, _ table: ResultsTable, in store: ResultsStore, test: String?, images: [Int]) throws {
        let definition = table.definition
        if let test, !definition.testSets.contains(test) {
            throw Failure.usage(
                "there is no test set '\(test)'; these are: \(definition.testSets.joined(separator: ", "))")
        }
        // One seed shows what a model does; the first that a sweep has.
        let seed = table.trials.first?.setting(TableDefinition.seedKey, in: definition)
        let trials = table.trials.filter { $0.setting(TableDefinition.seedKey, in: definition) == seed }
        let models = Self.models(of: trials, definition)
        let ofTrial = Dictionary(uniqueKeysWithValues: trials.map { ($0.id, $0) })
        var maps: [String: [Case: [String: [Float]]]] = [:]
        var names: [String: [Int: String]] = [:]
        try store.forEachMap(of: sweep) { stored in
            guard let trial = ofTrial[stored.trial], let model = models.names[stored.trial],
                test == nil || test == stored.map.testSet, images.contains(stored.map.image),
                let target = trial.setting("target", in: definition).flatMap(PositionMap.init)
            else { return }
            let place = Case(image: stored.map.image, target: target)
            maps[stored.map.testSet, default: [:]][place, default: [:]][model] = stored.map.values
            names[stored.map.testSet, default: [:]][stored.map.image] = stored.map.imageName
        }
        guard let set = definition.testSets.first(where: { maps[$0] != nil }), let cases = maps[set] else {
            throw Failure.work("there are no maps of these images — data.maps says how many a sweep keeps")
        }
        let pictures = try Self.pictures(images, of: set, trial: trials.first?.id, in: store)
        let targets = PositionMap.allCases.filter { target in cases.keys.contains { $0.target == target } }
        let rows = images.flatMap { image in
            targets.compactMap { target -> CaseStudySheet.Row? in
                guard let predictions = cases[Case(image: image, target: target)] else { return nil }
                return CaseStudySheet.Row(
                    labels: ["\(set) \(image)", names[set]?[image] ?? "", "target \(target.rawValue)"],
                    image: pictures[image], target: target, predictions: models.order.map { predictions[$0] })
            }
        }
        let stripes = trials.lazy.compactMap { $0.setting("stripes", in: definition).flatMap(StripeRange.init) }.first
        sheet = CaseStudySheet(models: models.order, rows: rows, stripes: stripes ?? .unit)
        summary = "\(rows.count) rows, \(models.order.count) models"
    }

    /// A name for each model: the values of the settings in which the trials differ, but for target and seed.
    private static func models(
        of trials: [TableTrial], _ definition: TableDefinition
    ) -> (order: [String], names: [TrialID: String]) {
        let differing = definition.settings.indices.filter { index in
            !["target", "stripes", TableDefinition.seedKey].contains(definition.settings[index])
                && Set(trials.map { $0.settings[index] }).subtracting([TableDefinition.irrelevant]).count > 1
        }
        var (order, names): ([String], [TrialID: String]) = ([], [:])
        for trial in trials {
            let words = differing.compactMap { index -> String? in
                let (key, value) = (definition.settings[index], trial.settings[index])
                guard value != TableDefinition.irrelevant else { return nil }
                return key == "encoder" ? value : "\(key.split(separator: ".").last ?? "") \(value)"
            }
            let name = words.isEmpty ? (trial.setting("encoder", in: definition) ?? "") : words.joined(separator: ", ")
            names[trial.id] = name
            if !order.contains(name) { order.append(name) }
        }
        return (order, names)
    }

    /// The test images that can still be read.
    private static func pictures(
        _ numbers: [Int], of set: String, trial: TrialID?, in store: ResultsStore
    ) throws -> [Int: RGBImage] {
        guard let trial, let task = try ExperimentTask(of: trial, in: store),
            let source = task.test.first(where: { $0.name == set })?.source
        else { return [:] }
        var places = ContentPlaces()
        if case .list(let digest) = source {
            places = ContentShelf.place(ofImages: digest, stateFolder: store.folder.url)
        }
        // Images that have moved since are shown as missing.
        guard let images = try? ImageSet(source, size: task.size, places: places) else { return [:] }
        var pictures: [Int: RGBImage] = [:]
        for number in numbers where number < images.count {
            pictures[number] = try? images.image(at: number)  // As above.
        }
        return pictures
    }
}
