import ArgumentParser
import ConvEngine
import Experiments

/// What hosts there are to plan for.
struct ScaleOptions: ParsableArguments {
    @Option(help: "Plan for so many hosts, e.g. 1,10,100: hours, passes, bytes, and where more hosts stop helping.")
    var hosts: HostCounts?

    @Option(
        help: ArgumentHelp(
            """
            How fast such a host is, e.g. vgg16=43 or fits=1000; can be repeated. Images a second through an encoder, all \
            its threads together; fits: images a second in an epoch of the paper's five fits on VGG-16. What is not given \
            is measured on this host, in less than a minute.
            """, valueName: "name=rate"))
    var rate: [RateArgument] = []

    @Option(help: "Threads that compute on each host, for what is measured here; by default all cores.")
    var threads: Int?

    @Option(help: "The coordinator's link to all hosts together.")
    var link = LinkSpeed(bitsPerSecond: 1e9)

    @Option(
        help: ArgumentHelp(
            "Plan drawn images as files of so many bytes each, and seeded weights as files, as 100KB.",
            valueName: "bytes"))
    var asFiles: ByteCount?

    func validate() throws {
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
    }
}

/// Numbers of hosts, as `1,10,100`.
struct HostCounts: ExpressibleByArgument {
    let counts: [Int]

    init?(argument: String) {
        let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard counts.count <= 20, counts.allSatisfy({ $0.map((1...10_000).contains) ?? false }) else { return nil }
        self.counts = counts.compactMap(\.self)
    }
}

/// A rate, as `vgg16=43`.
struct RateArgument: ExpressibleByArgument {
    /// Nil for fits.
    let encoder: EncoderName?
    let perSecond: Double

    init?(argument: String) {
        let parts = argument.split(separator: "=")
        guard parts.count == 2, let rate = Double(parts[1]), rate > 0, rate < 1e9 else { return nil }
        encoder = EncoderName(rawValue: String(parts[0]))
        guard encoder != nil && encoder != EncoderName.none || parts[0] == "fits" else { return nil }
        perSecond = rate
    }
}

/// A link's speed as people write it: `100Mbit`, `1Gbit`, `10Gbit`.
struct LinkSpeed: ExpressibleByArgument, CustomStringConvertible {
    let bitsPerSecond: Double

    private static let units: KeyValuePairs = ["Gbit": 1e9, "Mbit": 1e6, "kbit": 1e3]

    init(bitsPerSecond: Double) { self.bitsPerSecond = bitsPerSecond }

    init?(argument: String) {
        let text = argument.lowercased()
        guard let unit = Self.units.first(where: { text.hasSuffix($0.key.lowercased()) }),
            let number = Double(text.dropLast(unit.key.count)), number > 0, number < 1e6
        else { return nil }
        bitsPerSecond = number * unit.value
    }

    var bytesPerSecond: Double { bitsPerSecond / 8 }

    var description: String {
        let unit = Self.units.first { bitsPerSecond >= $0.value } ?? (key: "kbit", value: 1e3)
        let number = bitsPerSecond / unit.value
        return (Int(exactly: number).map(String.init) ?? String(number)) + unit.key
    }
}
