/// The figures of a paper, read from a CSV file with one figure in each line.
///
/// Its columns `test`, `metric` and `value` say what the figure is; every other column that is the name of a setting
/// says for which trials it holds, and an empty field holds for all. Columns that are no settings, such as the paper's
/// names of its models, are for people.
package struct ReferenceFigures: Hashable, Sendable {
    private let figures: [Figure]
    package let cite: String?

    private struct Figure: Hashable, Sendable {
        let conditions: [String: String]
        let testSet: String
        let metric: String
        let value: Double
    }

    /// Reads the figures.
    ///
    /// - Parameters:
    ///   - csv: The file's text.
    ///   - file: Its name, for messages.
    ///   - cite: Where the figures were published.
    /// - Throws: `badReference` with the line that makes no sense.
    package init(csv: String, file: String, cite: String? = nil) throws(StoreError) {
        guard csv.utf8.count <= Self.bytesLimit else {
            throw .badReference(file: file, line: 1, detail: "\(csv.utf8.count) bytes; the limit is \(Self.bytesLimit)")
        }
        let lines = CommaSeparated.parse(csv)
        guard let header = lines.first?.fields else { throw .badReference(file: file, line: 1, detail: "it is empty") }
        func column(_ name: String) throws(StoreError) -> Int {
            guard let column = header.firstIndex(of: name) else {
                throw .badReference(file: file, line: 1, detail: "there is no column '\(name)'")
            }
            return column
        }
        let (test, metric, value) = (try column("test"), try column("metric"), try column("value"))
        var figures: [Figure] = []
        for line in lines.dropFirst() {
            guard line.fields.count == header.count else {
                throw .badReference(
                    file: file, line: line.number, detail: "\(line.fields.count) fields; the header has \(header.count)"
                )
            }
            guard let number = Double(line.fields[value]), number.isFinite else {
                throw .badReference(file: file, line: line.number, detail: "'\(line.fields[value])' is not a number")
            }
            var conditions: [String: String] = [:]
            for (name, field) in zip(header, line.fields) where !field.isEmpty {
                guard let key = Self.settingName(of: name) else { continue }
                conditions[key] = Self.canonical(field, for: key)
            }
            figures.append(
                Figure(
                    conditions: conditions, testSet: line.fields[test], metric: line.fields[metric], value: number))
        }
        self.figures = figures
        self.cite = cite
    }

    /// The first figure that holds for these settings, or nil.
    func figure(_ metric: String, on testSet: String, settings: [String: String]) -> Double? {
        figures.first { figure in
            figure.metric == metric && (figure.testSet == testSet || Self.paperName[testSet] == figure.testSet)
                && figure.conditions.allSatisfy { key, value in
                    // A setting that the trial does not have, or that cannot matter to it, decides nothing.
                    guard let ours = settings[key], ours != TableDefinition.irrelevant else { return true }
                    return ours == value
                }
        }?.value
    }

    private static let bytesLimit = 1 << 20

    /// The natural images of the paper's tests are those of PASCAL-S.
    private static let paperName = ["natural": "PASCAL-S"]

    private static func settingName(of column: String) -> String? {
        switch column {
        case "experiment", "encoder", "target", "stripes": column
        case "stages": "encoder.stages"
        default:
            if column.contains(".") {
                column
            } else if column.hasPrefix("encoder_") {
                "encoder." + column.dropFirst("encoder_".count)
            } else if column.hasPrefix("readout_") {
                "posenet." + column.dropFirst("readout_".count)
            } else {
                nil
            }
        }
    }

    /// A field as settings are spelt; nil where it holds for every value.
    private static func canonical(_ field: String, for key: String) -> String? {
        guard key == "encoder.stages" else { return field }
        guard field != "all" else { return nil }
        let ends = field.split(separator: "-").compactMap { Int($0) }.filter((0...99).contains)
        guard let first = ends.first, let last = ends.last, first <= last else { return field }
        // The paper's 1-5 are all stages of VGG, its 1-4 all of a ResNet.
        return first == 1 && last >= 4 ? "all" : "[" + (first...last).map(String.init).joined(separator: ", ") + "]"
    }
}
