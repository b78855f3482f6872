import Cluster
import ConvEngine
import Experiments
import Foundation
import Sweep

/// A plan for many hosts in words: what hosts are like, a line for each number of them, and where more stop helping.
struct ScaleReport {
    private let sweeps: [ScaleSweep]
    private let rates: ScaleRates
    private let options: ScaleOptions
    private let notes: [String]

    /// Reads the sweeps, and measures what is not given.
    init(_ files: [String], overrides: [String], _ options: ScaleOptions) throws {
        self.options = options
        let definitions = try files.map { file in
            var source = SweepSource()
            source.sweep = file
            source.overrides = overrides
            return try source.definition()
        }
        let encoders = Set(
            definitions.flatMap(\.trials).map(\.settings).filter { $0.experiment == .position }.map(\.encoder.name))
        let (rates, measured) = try Self.rates(of: encoders.subtracting([.none]), options)
        self.rates = rates
        sweeps = try definitions.map { definition in
            ScaleSweep(
                definition, images: try Self.images(of: definition, options),
                seededWeightsAreFiles: options.asFiles != nil,
                rates: rates)
        }
        let drawn = options.asFiles.map { ", drawn images planned as files of \($0)" } ?? ""
        notes = measured + ["link of the coordinator: \(options.link)\(drawn)"]
    }

    private static func rates(
        of encoders: Set<EncoderName>, _ options: ScaleOptions
    ) throws -> (ScaleRates, notes: [String]) {
        let threads = options.threads ?? Host.current.cores
        let team = ImageTeam(threads: threads)
        var images = [EncoderName: Double](
            options.rate.compactMap { rate in rate.encoder.map { ($0, rate.perSecond) } }
        ) { _, last in last }
        var notes: [String] = []
        let here = "measured here (\(Host.current.processor), \(threads) threads)"
        for name in encoders.sorted(by: { $0.rawValue < $1.rawValue }) {
            let given = images[name]
            let rate = try given ?? 1 / EncoderSpeed(name, batch: 8, repetitions: 3, team: team).secondsPerImage()
            images[name] = rate
            notes.append("\(name.rawValue): \(figure(rate)) images/s a host, \(given == nil ? here : "given")")
        }
        let given = options.rate.last { $0.encoder == nil }?.perSecond
        let fits = try given ?? 1 / FitSpeed(repetitions: 3, team: team).secondsPerImage()
        notes.append(
            "five fits: \(figure(fits)) images/s a host in each epoch, \(given == nil ? here : "given")")
        return (
            ScaleRates(images: images, fits: fits * FitSpeed.estimate, link: options.link.bytesPerSecond), notes
        )
    }

    private static func images(of sweep: SweepDefinition, _ options: ScaleOptions) throws -> ScaleSweep.Images {
        guard let data = sweep.data else { return ScaleSweep.Images(train: 0, test: 0, bytes: 0) }
        func count(_ source: ImageSource) throws -> Int {
            try source.knownCount ?? ImageSet(source, size: data.size).count
        }
        let sources = [data.train] + data.test.map(\.source)
        let bytes = try sources.reduce(0) { sum, source in
            switch source {
            case .folder(let path, let limit): sum + (try folderBytes(path, limit: limit))
            case .leaves(let drawn, _): sum + drawn * (options.asFiles?.bytes ?? 0)
            case .list, .constant, .noise: sum
            }
        }
        return ScaleSweep.Images(
            train: try count(data.train), test: try data.test.reduce(0) { $0 + (try count($1.source)) }, bytes: bytes)
    }

    /// The bytes of a folder's images, the first ones where there is a limit.
    private static func folderBytes(_ path: String, limit: Int?) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        let files = names.filter { ["jpg", "jpeg", "png"].contains(URL(filePath: $0).pathExtension.lowercased()) }
        return files.prefix(limit ?? .max).reduce(0) { sum, name in
            let values = try? URL(filePath: path).appending(path: name).resourceValues(forKeys: [.fileSizeKey])
            return sum + (values?.fileSize ?? 0)
        }
    }

    private var plans: [ScalePlan] {
        (options.hosts?.counts ?? []).map { ScalePlan(sweeps, hosts: $0, rates: rates) }
    }

    var listing: ScaleListing {
        ScaleListing(sweeps, plans, rates: rates, limit: ScaleLimit(sweeps, rates: rates), notes: notes)
    }

    // MARK: Words

    var lines: [String] {
        let plans = plans
        return ["\(sweeps.map(\.name).joined(separator: ", ")): a plan for many hosts, all alike"] + notes + [""]
            + Self.table(plans) + [""] + Self.remarks(plans) + [limit]
    }

    private static let heading = [
        "hosts", "tasks", "passes", "time", "moved in all", "fetched a host", "kept a host", "computing",
        "passes again",
        "files", "idle",
    ]

    private static func table(_ plans: [ScalePlan]) -> [String] {
        let rows =
            [heading]
            + plans.map { plan in
                let all = Double(plan.hosts) * plan.seconds
                let shares = [plan.useful, plan.repeated, plan.waiting, plan.idle].map { seconds in
                    all > 0 ? String(format: "%.0f%%", seconds / all * 100) : "–"
                }
                return [
                    String(plan.hosts), String(plan.tasks), String(plan.passes), time(plan.seconds),
                    bytes(plan.bytesMoved), bytes(plan.bytesFetched), bytes(plan.bytesCached),
                ] + shares
            }
        let widths = heading.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { text, width in String(repeating: " ", count: width - text.count) + text }
                .joined(separator: "  ")
        }
    }

    private static func remarks(_ plans: [ScalePlan]) -> [String] {
        guard let most = plans.map(\.featureBytes).max(), most > 0 else { return [] }
        return [
            """
            features: up to \(bytes(most)) for a pass; a host with less memory reads them from its disk in each epoch, \
            and a host without --cache extracts again what it has no room for
            """
        ]
    }

    private var limit: String {
        guard let limit = ScaleLimit(sweeps, rates: rates) else {
            return "scaling: thousands of hosts would compute for more than half of their time"
        }
        let plan = limit.plan
        let why =
            switch limit.cause {
            case .longestTask:
                "the longest task takes \(Self.time(plan.longestTask)) of \(Self.time(plan.seconds)), and others wait for its end"
            case .passes:
                """
                tasks in all: \(plan.tasks), for a training is one, and so are fits that take less time than their pass; \
                the longest takes \(Self.time(plan.longestTask))
                """
            case .repeatedPasses: "hosts make passes that others have made too"
            case .link: "hosts wait for images and weights, \(Self.bytes(plan.bytesMoved)) over one link"
            }
        return
            "scaling: from \(plan.hosts) host\(plan.hosts == 1 ? "" : "s") on they compute for less than half of their time: \(why)"
    }

    private static func figure(_ value: Double) -> String { String(format: value < 100 ? "%.1f" : "%.0f", value) }

    private static func time(_ seconds: Double) -> String {
        seconds < 6_000 ? TimeText.short(seconds) : String(format: "%.1f h", seconds / 3_600)
    }

    private static func bytes(_ count: Int) -> String {
        count < 1_000_000_000 ? "\(count / 1_000_000) MB" : String(format: "%.1f GB", Double(count) / 1e9)
    }
}
