import Experiments

extension SweepFileReader {
    /// The section `table`; without it, rows are what the axes vary, and metrics those of the experiments that there are.
    mutating func layout(
        _ document: Document?, axes: [Axis], experiments: [ExperimentKind], data: SweepData?
    ) -> TableLayout {
        var rows = axes.isEmpty ? ["encoder", "target"] : axes.flatMap(\.keys)
        var columns: [String]?
        var metrics = TableLayout.knownMetrics.filter { name in experiments.contains { $0.metrics.contains(name) } }
        let known = [TableLayout.testKey] + SettingKey.all.map(\.name)
        for entry in document.map({ entries(of: $0, .table) }) ?? [] {
            switch entry.key {
            case "rows": rows = words(entry.value, key: "table.rows", among: known)
            case "columns": columns = words(entry.value, key: "table.columns", among: known)
            default: metrics = self.metrics(entry.value, data: data)
            }
        }
        if let columns, let both = columns.first(where: rows.contains), let place = document?["columns"]?.place {
            report(.writtenTwice(both, list: "table.rows and table.columns"), at: place)
        }
        let rest = rows.contains(TableLayout.testKey) ? [] : [TableLayout.testKey]
        return TableLayout(rows: rows, columns: columns ?? rest, metrics: metrics)
    }

    /// The metrics of `table`, where `rings` stands for every metric on every ring.
    private mutating func metrics(_ document: Document, data: SweepData?) -> [String] {
        let rings = BorderRings(count: data?.rings ?? 0, side: data?.size ?? 0)
        let names = rings.names(of: TableLayout.positionMetrics)
        let written = words(
            document, key: "table.metrics", among: TableLayout.knownMetrics + [TableLayout.ringsWord] + names)
        guard written.contains(TableLayout.ringsWord), let data else { return written }
        if data.rings == 0 { report(.noRings, at: document.place) }
        let metrics = written.flatMap { $0 == TableLayout.ringsWord ? names : [$0] }
        if let twice = metrics.first(where: { name in metrics.count { $0 == name } > 1 }) {
            report(.writtenTwice(twice, list: "table.metrics"), at: document.place)
        }
        return metrics
    }

    /// A list of words without repetition, all of them known.
    private mutating func words(_ document: Document, key: String, among known: [String]) -> [String] {
        var words: [String] = []
        for element in elements(of: document, key: key) ?? [] {
            guard let word = choice(element, key: key, among: known) else { continue }
            if words.contains(word) {
                report(.writtenTwice(word, list: key), at: element.place)
            } else {
                words.append(word)
            }
        }
        return words
    }

    mutating func reference(_ document: Document?) -> SweepDefinition.Reference? {
        guard let document else { return nil }
        var (file, cite): (String?, String?)
        var tolerance: [String: Double] = [:]
        for entry in entries(of: document, .reference) {
            switch entry.key {
            case "file": file = path(entry.value, key: "reference.file")
            case "cite": cite = text(entry.value, key: "reference.cite")
            default:
                for metric in entries(of: entry.value, .tolerance) {
                    tolerance[metric.key] = number(
                        metric.value, key: "reference.tolerance.\(metric.key)", in: SweepData.tolerances)
                }
            }
        }
        if document.entries != nil, document["file"] == nil {
            report(
                .missingKey("file", section: "reference", example: "file: paper/table1.csv"), at: document.place)
        }
        return file.map { SweepDefinition.Reference(file: $0, cite: cite, tolerance: tolerance) }
    }

    /// The weights files by encoder.
    mutating func weights(_ document: Document?) -> [EncoderName: String] {
        guard let document else { return [:] }
        var weights: [EncoderName: String] = [:]
        for entry in entries(of: document, .weights) {
            guard let encoder = EncoderName(rawValue: entry.key) else { continue }
            weights[encoder] = path(entry.value, key: "weights.\(entry.key)") { path in
                .noSuchWeights(path, encoder: entry.key, published: encoder.publishedWeights ?? "")
            }
        }
        return weights
    }
}
