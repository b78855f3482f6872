import ArgumentParser
import Cluster
import ConvEngine
import Experiments
import Foundation

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast this host computes.",
        discussion: """
            Prints the most that the CPU can do, then for each encoder the seconds for one
            224x224 image and what each kind of layer takes. GF/s are those of a direct
            convolution, so a 3x3 layer can be above the peak: Winograd's algorithm does
            with a quarter of the products. Run it on a host that does nothing else.

            Examples:

              posweep bench
              posweep bench --encoder vgg16 --threads 1 --batch 1
            """)

    @Option(
        parsing: .upToNextOption,
        help: "The encoders: \(EncoderName.allCases.dropFirst().map(\.rawValue).joined(separator: ", ")).",
        completion: .list(EncoderName.allCases.dropFirst().map(\.rawValue)))
    var encoder: [EncoderName] = [.vgg16, .resnet152]

    @Option(help: "Threads that compute; by default all cores.")
    var threads: Int?

    @Option(help: "How many images are computed together.")
    var batch = 8

    @Option(help: "How often everything is measured; the middle one counts.")
    var repetitions = 7

    @Flag(help: "Leave the layers out.")
    var brief = false

    @OptionGroup var form: OutputForm

    func validate() throws {
        guard !encoder.contains(.none) else { throw ValidationError("--encoder none has no layers to measure") }
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
        guard (1...256).contains(batch) else { throw ValidationError("--batch must be from 1 to 256") }
        guard (1...1_000).contains(repetitions) else { throw ValidationError("--repetitions must be from 1 to 1000") }
    }

    func run() throws {
        let host = Host.current
        let threads = threads ?? host.cores
        let team = ImageTeam(threads: threads)
        let peak = EngineSpeed.peak(team: team)
        guard !form.isJSON else {
            return print(
                try OutputForm.json(
                    of: Measured(
                        processor: host.processor, kernels: "\(Processor.instructions)", threads: threads, batch: batch,
                        peakOperationsPerSecond: peak,
                        encoders: try encoder.map { name in
                            try Measured.Encoder(
                                EncoderSpeed(name, batch: batch, repetitions: repetitions, team: team), brief: brief)
                        })))
        }
        print("\(host.processor), \(Processor.instructions) kernels, \(threads) threads, batch \(batch)")
        print(String(format: "peak of fused multiply-add: %.0f GF/s", peak / 1e9))
        for name in encoder {
            let speed = EncoderSpeed(name, batch: batch, repetitions: repetitions, team: team)
            print(String(format: "\n%@: %.4f s/image", name.rawValue, try speed.secondsPerImage()))
            if brief { continue }
            print("  layers  ms/image   GF/s  of peak")
            for layer in try speed.layers() {
                let rate = layer.operationsPerSecond
                let figures = String(
                    format: "  %6d  %8.2f  %5.0f  %6.0f%%", layer.count, layer.seconds * Double(layer.count) * 1e3,
                    rate / 1e9, rate / peak * 100)
                print("\(figures)  \(layer.name)")
            }
        }
    }
}

/// How fast this host computes, for scripts.
private struct Measured: Encodable {
    struct Encoder: Encodable {
        let encoder: String
        let secondsPerImage: Double
        let layers: [Layer]?

        init(_ speed: EncoderSpeed, brief: Bool) throws {
            encoder = speed.name.rawValue
            secondsPerImage = try speed.secondsPerImage()
            layers = brief ? nil : try speed.layers().map(Layer.init)
        }
    }

    struct Layer: Encodable {
        let name: String
        let count: Int
        /// Of one layer and one image.
        let seconds, operationsPerSecond: Double

        init(_ layer: EncoderSpeed.Layer) {
            (name, count) = (layer.name, layer.count)
            (seconds, operationsPerSecond) = (layer.seconds, layer.operationsPerSecond)
        }
    }

    let processor, kernels: String
    let threads, batch: Int
    let peakOperationsPerSecond: Double
    let encoders: [Encoder]
}
