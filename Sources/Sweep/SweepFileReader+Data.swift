import Experiments

extension SweepData {
    /// Sides of images that are accepted, in pixels.
    package static let sizes = 16...2_048
    static let imageCounts = 1...1_000_000
    static let mapCounts = 0...10_000
    static let ringCounts = 0...56
    /// Classes of segmentation masks, the background among them.
    static let classCounts = 2...255
    /// How far a figure may be from a published one.
    static let tolerances = 0...1e3
    static let seeds = 0...Int(Int32.max)
    static let testSetsLimit = 64
    static let usualSize = 224
    static let usualMaps = 8
    static let usualRings = 0
}

extension SweepFileReader {
    /// What stands in a message for somebody who has not written it.
    static let dataExample = "data: {train: {synthetic: leaves, count: 80, seed: 1}, test: {black: {constant: 0}}}"

    /// The section `data`; nil where there is none, or a mistake leaves nothing to go on with.
    mutating func data(_ document: Document?) -> SweepData? {
        guard let document else { return nil }
        var size: Int? = SweepData.usualSize
        var maps: Int? = SweepData.usualMaps
        var train: ImageSource?
        var test: [ExperimentTask.TestSet]?
        var rings: Int? = SweepData.usualRings
        for entry in entries(of: document, .data) {
            switch entry.key {
            case "rings": rings = integer(entry.value, key: "data.rings", in: SweepData.ringCounts)
            case "size": size = integer(entry.value, key: "data.size", in: SweepData.sizes)
            case "maps": maps = integer(entry.value, key: "data.maps", in: SweepData.mapCounts)
            case "train": train = source(entry.value, key: "data.train")
            default:
                test = namedSets(entry.value, key: "data.test") { reader, set, key in reader.source(set, key: key) }?
                    .map { ExperimentTask.TestSet(name: $0.name, source: $0.source) }
            }
        }
        if document.entries != nil {
            if document["train"] == nil {
                report(
                    .missingKey("train", section: "data", example: "train: {synthetic: leaves, count: 80, seed: 1}"),
                    at: document.place)
            }
            if document["test"] == nil { report(.noTestSets, at: document.place) }
        }
        if let size, let rings, rings > BorderRings.largestCount(side: size), let place = document["rings"]?.place {
            let most = BorderRings.largestCount(side: size)
            report(
                .outOfRange("\(rings)", key: "data.rings", lowest: "0", highest: "\(most) at size \(size)"), at: place)
            return nil
        }
        guard let size, let maps, let rings, let train, let test else { return nil }
        return SweepData(size: size, train: train, test: test, mapsKept: maps, rings: rings)
    }

    /// Test sets by their names, each read by the closure.
    mutating func namedSets<Source>(
        _ document: Document, key: String, _ read: (inout SweepFileReader, Document, _ key: String) -> Source?
    ) -> [(name: String, source: Source)]? {
        guard let entries = document.entries else {
            report(.wrongType(key: key, expected: "a map of named sets", found: document.kind), at: document.place)
            return nil
        }
        guard !entries.isEmpty else {
            report(.noTestSets, at: document.place)
            return nil
        }
        guard entries.count <= SweepData.testSetsLimit else {
            report(
                .outOfRange(
                    "\(entries.count) sets", key: key, lowest: "1", highest: String(SweepData.testSetsLimit)),
                at: document.place)
            return nil
        }
        return entries.compactMap { entry in
            let name = name(entry.key, key: "test set's name", at: entry.place)
            let source = read(&self, entry.value, "\(key).\(entry.key)")
            guard let name, let source else { return nil }
            return (name, source)
        }
    }

    private mutating func source(_ document: Document, key: String) -> ImageSource? {
        guard let all = document.entries else {
            report(
                .wrongType(key: key, expected: "a map such as {folder: images}", found: document.kind),
                at: document.place)
            return nil
        }
        let ways = SweepFileSection.imageSets.filter { way in all.contains { $0.key == way.name } }
        guard ways.count == 1, let way = ways.first else {
            var known = SweepFileSection.imageSets.map(\.name)
            for name in SweepFileSection.imageSets.flatMap(\.keyNames) where !known.contains(name) {
                known.append(name)
            }
            if entries(of: document, section: key, known: known).count == all.count {
                report(.notOneSource(key: key, found: ways.map(\.name)), at: document.place)
            }
            return nil
        }
        let before = mistakes.count
        var values: [String: Document] = [:]
        for entry in entries(of: document, way, at: key) { values[entry.key] = entry.value }
        let source = source(way.name, values, key: key, at: document.place)
        return mistakes.count == before ? source : nil
    }

    private mutating func source(
        _ way: String, _ values: [String: Document], key: String, at place: SweepMistake.Place
    ) -> ImageSource? {
        guard let value = values[way] else { return nil }
        switch way {
        case "folder":
            let about = values["about"].flatMap { text($0, key: "\(key).about") }
            let path = path(value, key: "\(key).folder") { path in
                .noSuchFolder(path, key: "\(key).folder", holds: about ?? "JPEG or PNG images")
            }
            let limit = values["limit"].map { integer($0, key: "\(key).limit", in: SweepData.imageCounts) }
            guard let path else { return nil }
            return .folder(path: path, limit: limit ?? nil)
        case "constant":
            return number(value, key: "\(key).constant", in: 0...1).map(ImageSource.constant)
        default:
            let known = way == "noise" ? NoiseKind.allCases.map(\.rawValue) : ["leaves"]
            let example = "{\(way): \(known[0]), count: 24}"
            guard let (kind, count, seed) = drawn(values, by: way, among: known, example: example, key: key, at: place)
            else { return nil }
            guard way == "noise" else { return .leaves(count: count, seed: seed) }
            return NoiseKind(rawValue: kind).map { .noise($0, count: count, seed: seed) }
        }
    }

    /// How many images are drawn, of which kind, and from which seed; a seed that is not written is 1.
    ///
    /// - Parameters:
    ///   - values: What is written, by its key.
    ///   - way: The key that names the kind.
    ///   - known: The kinds.
    ///   - example: How it is written, for somebody who has left the count out.
    ///   - key: What it is the value of.
    ///   - place: Where it stands.
    /// - Returns: All three; nil, and a mistake, where one of them makes no sense.
    mutating func drawn(
        _ values: [String: Document], by way: String, among known: [String], example: String, key: String,
        at place: SweepMistake.Place
    ) -> (kind: String, count: Int, seed: Int)? {
        let kind = values[way].flatMap { choice($0, key: "\(key).\(way)", among: known) }
        if values["count"] == nil { report(.missingKey("count", section: key, example: example), at: place) }
        let count = values["count"].flatMap { integer($0, key: "\(key).count", in: SweepData.imageCounts) }
        let seed = values["seed"].map { integer($0, key: "\(key).seed", in: SweepData.seeds) } ?? 1
        guard let kind, let count, let seed else { return nil }
        return (kind, count, seed)
    }
}
