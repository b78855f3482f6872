import Experiments

/// `--set data=synthetic`: a sweep on drawn images and seeded weights, so that it runs where no data are.
///
/// Every folder of images becomes dead leaves, the training set 80 of seed 1, the test sets 24 each of seeds 2, 3, …
/// that no other test set has; sets that are drawn anyway stay, and so do the names of all. Weights files are left out.
/// Folders with masks become scenes in the same way.
enum SyntheticData {
    static let word = "synthetic"

    /// The document of a sweep file with its folders and weights replaced.
    static func replacing(in document: Document) -> Document {
        guard case .map(let entries) = document.content else { return document }
        let kept = entries.filter { $0.key != "weights" }.map { entry in
            switch (entry.key, entry.value.content) {
            case ("data", .map(let sections)): return entry.replacing(.map(sections.map(replacing)))
            case ("training", .map(let sections)):
                return entry.replacing(.map(sections.map { $0.key == "data" ? replacingMasks(in: $0) : $0 }))
            default: return entry
            }
        }
        return Document(place: document.place, content: .map(kept))
    }

    /// The labelled images of a task, or of several.
    private static func replacingMasks(in section: Document.Entry) -> Document.Entry {
        guard case .map(let sets) = section.value.content else { return section }
        let goals = sets.filter { TrainingGoal(rawValue: $0.key) != nil }
        guard goals.isEmpty else { return section.replacing(.map(sets.map(replacingMasks))) }
        // The masks of folders may have other classes than scenes have.
        return section.replacing(.map(sets.filter { $0.key != "classes" }.map(replacing)))
    }

    private static func replacing(_ section: Document.Entry) -> Document.Entry {
        switch section.key {
        case "train": return section.replacing(drawn(for: section.value, count: 80, seed: 1) ?? section.value.content)
        case "validation":
            return section.replacing(drawn(for: section.value, count: 24, seed: 1_000) ?? section.value.content)
        case "test":
            guard case .map(let sets) = section.value.content else { return section }
            let taken = sets.filter { $0.value["synthetic"] != nil }.map { set in
                set.value["seed"]?.text.flatMap(CoreScalar.integer) ?? 1
            }
            var seeds = (2...).lazy.filter { !taken.contains($0) }.makeIterator()
            return section.replacing(
                .map(
                    sets.map { set in
                        guard drawn(for: set.value, count: 24, seed: 0) != nil, let seed = seeds.next(),
                            let drawn = drawn(for: set.value, count: 24, seed: seed)
                        else { return set }
                        return set.replacing(drawn)
                    }))
        default: return section
        }
    }

    /// What stands in the place of a folder, or of two with images and masks; nil for a source that is none.
    private static func drawn(for source: Document, count: Int, seed: Int) -> Document.Content? {
        let kind = source["folder"] != nil ? "leaves" : source["masks"] != nil ? "scenes" : nil
        guard let kind else { return nil }
        return .map(
            [("synthetic", kind), ("count", "\(count)"), ("seed", "\(seed)")].map { key, text in
                Document.Entry(
                    key: key, place: source.place, value: Document(place: source.place, content: .scalar(text)))
            })
    }
}

extension Document.Entry {
    fileprivate func replacing(_ content: Document.Content) -> Document.Entry {
        Document.Entry(key: key, place: place, value: Document(place: value.place, content: content))
    }
}
