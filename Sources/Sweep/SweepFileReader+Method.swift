import Experiments

extension SweepFileReader {
    static let ablationKeys = ["baseline", "vary", "pairs", "drop"]

    /// How the points are made: what `method` says, or what `sample` stands for.
    mutating func method(_ sections: [String: Document], start: SweepMistake.Place) -> SearchMethod {
        let word = sections["method"].flatMap { choice($0, key: "method", among: ["grid", "random", "ablation"]) }
        let place = sections["method"]?.place ?? start
        if word == "ablation", let sample = sections["sample"] { report(.sampledAblation, at: sample.place) }
        if word == "grid", let sample = sections["sample"] { report(.sampledGrid, at: sample.place) }
        if word != "ablation" {
            for key in Self.ablationKeys {
                if let document = sections[key] { report(.needsAblation(key), at: document.place) }
            }
        }
        switch word {
        case "ablation": return .ablation
        case "random" where sections["sample"] == nil:
            report(.missingKey("sample", section: "method: random", example: "sample: 50"), at: place)
            return .grid
        default: return sections["sample"].map { sample($0, sections) } ?? .grid
        }
    }

    /// `sample: 50` or `sample: {count: 50, seed: 3}`.
    private mutating func sample(_ document: Document, _ sections: [String: Document]) -> SearchMethod {
        if sections["matrix"] == nil, sections["zip"] == nil { report(.nothingToDrawFrom, at: document.place) }
        var (count, seed): (Int?, Int?) = (nil, 1)
        if case .map = document.content {
            for entry in entries(of: document, .sample) {
                if entry.key == "count" {
                    count = integer(entry.value, key: "sample.count", in: 1...Grid.largestCount)
                } else {
                    seed = integer(entry.value, key: "sample.seed", in: SweepData.seeds)
                }
            }
            if document["count"] == nil {
                report(
                    .missingKey("count", section: "sample", example: "sample: {count: 50, seed: 3}"),
                    at: document.place)
            }
        } else {
            count = integer(document, key: "sample", in: 1...Grid.largestCount)
        }
        // What is not there has been reported.
        return .sample(count: count ?? 1, seed: seed ?? 1)
    }

    /// The arms of an ablation as one axis: the baseline, each value of `vary` alone, `pairs`, and `drop`.
    ///
    /// The base is the defaults with the baseline written over them. What is an axis of the matrix, and taken, can be
    /// none of the ablation.
    mutating func ablation(
        _ sections: [String: Document], base: TrialSettings, taken: inout Set<String>, start: SweepMistake.Place
    ) -> Axis {
        let outer = taken
        if let baseline = sections["baseline"] {
            for entry in baseline.entries ?? [] where outer.contains(entry.key) {
                report(.axisTwice(entry.key), at: entry.place)
            }
            if baseline.entries == nil {
                report(
                    .wrongType(key: "baseline", expected: "a map of settings", found: baseline.kind),
                    at: baseline.place)
            }
        }
        let varied = axes(sections["vary"], section: "vary", taken: &taken)
        if sections["vary"] == nil, sections["drop"] == nil {
            report(
                .missingKey("vary", section: "method: ablation", example: "vary: {posenet.kernel: [1, 7]}"), at: start)
        }
        let alone = varied.flatMap { axis in axis.steps.filter { $0.contains { base[$0.key] != $0.value } } }
        let paired = pairs(sections["pairs"], of: varied, base: base)
        let dropped = drop(sections["drop"], base: base, outer: outer)
        let parts = [("alone", alone.count), ("in pairs", paired.count), ("left out", dropped.steps.count)]
            .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        return Axis(
            name: "ablation (\((["baseline"] + parts).joined(separator: ", ")))",
            keys: varied.flatMap(\.keys) + dropped.keys.filter { key in !varied.contains { $0.keys == [key] } },
            steps: [[]] + alone + paired + dropped.steps)
    }

    /// The chosen two-way grids, without the points that change one setting or none.
    private mutating func pairs(_ document: Document?, of varied: [Axis], base: TrialSettings) -> [[Assignment]] {
        guard let document,
            let elements = elements(
                of: document, key: "pairs", expected: "a list of pairs, as [[posenet.kernel, encoder.padding]]")
        else { return [] }
        var steps: [[Assignment]] = []
        var seen: Set<Set<String>> = []
        for element in elements {
            guard let words = self.elements(of: element, key: "pairs", expected: "a list of two settings of vary")
            else { continue }
            let names = words.compactMap { choice($0, key: "pairs", among: varied.map(\.name)) }
            guard names.count == words.count else { continue }
            guard names.count == 2, names[0] != names[1] else {
                report(.notAPair(names.joined(separator: ", ")), at: element.place)
                continue
            }
            guard seen.insert(Set(names)).inserted else {
                report(.writtenTwice("[\(names.joined(separator: ", "))]", list: "pairs"), at: element.place)
                continue
            }
            let sides = names.map { name in
                varied.first { $0.name == name }?.steps.filter { $0.allSatisfy { base[$0.key] != $0.value } } ?? []
            }
            steps += sides[0].flatMap { one in sides[1].map { one + $0 } }
        }
        return steps
    }

    /// Each list of `drop` without one of its elements, each in turn.
    private mutating func drop(
        _ document: Document?, base: TrialSettings, outer: Set<String>
    ) -> (keys: [String], steps: [[Assignment]]) {
        guard let document else { return ([], []) }
        guard let entries = document.entries, !entries.isEmpty else {
            report(
                .wrongType(key: "drop", expected: "a map, as {encoder.stages: one}", found: document.kind),
                at: document.place)
            return ([], [])
        }
        var keys: [String] = []
        var steps: [[Assignment]] = []
        for entry in entries {
            guard let key = settingKey(entry.key, section: "drop", at: entry.place),
                choice(entry.value, key: "drop.\(key.name)", among: ["one"]) != nil
            else { continue }
            guard case .integers(_, let fewest, _) = key.kind else {
                report(.notDroppable(key.name), at: entry.place)
                continue
            }
            if outer.contains(key.name) {
                report(.axisTwice(key.name), at: entry.place)
                continue
            }
            if outer.contains("encoder"), base[key] == .text("all") {
                report(.dropNeedsList(key.name), at: entry.place)
                continue
            }
            var list = base.encoder.name.defaultStages
            if case .integers(let written) = base[key] { list = written }
            guard list.count > fewest else {
                report(.nothingToDrop(key.name), at: entry.place)
                continue
            }
            keys.append(key.name)
            steps += list.map { left in [Assignment(key, .integers(list.filter { $0 != left }))] }
        }
        return (keys, steps)
    }
}
