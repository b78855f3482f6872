import ArgumentParser
import Cluster
import ConvEngine
import Foundation
import Sweep

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check whether this host can run posweep.",
        discussion: """
            Exit status 64 where the sweep file, or what it names, is not in order.

            Examples:

              posweep doctor
              posweep doctor mine.yaml    # its data and weights too
            """)

    @Argument(help: "A sweep file whose data and weights are looked for.", completion: .sweepFile)
    var sweep: String?

    @Option(help: ArgumentHelp("A folder whose free space is shown.", valueName: "folder"), completion: .directory)
    var state = "."

    func run() throws {
        let host = Host.current
        print("host       \(host.name), \(host.processor), \(host.cores) cores, \(host.memory >> 30) GiB")
        let speed = Processor.isFast ? "" : ": works, but slowly, for this CPU lacks AVX2 and FMA"
        print("kernels    \(Processor.instructions)\(speed)")
        print("blas       OpenBLAS, \(OpenBLAS.library.core) kernels: \(OpenBLAS.library.configuration)")
        let curve = ZeroMQLibrary.hasCurve ? "with CURVE" : "WITHOUT CURVE, so without encryption"
        print("libzmq     \(ZeroMQLibrary.version), \(curve)")
        let free = Host.freeBytes(at: URL(filePath: state)).map { "\($0 >> 30) GiB free" } ?? "free space unknown"
        print("disk       \(free) at \(state)")
        if let sweep {
            var source = SweepSource()
            source.sweep = sweep
            source.overrides = []
            let definition = try source.definition()
            print("sweep      \(definition.name): data and weights are there")
        }
    }
}
