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

    @OptionGroup var form: OutputForm

    func run() throws {
        let found = sweep.map { file in
            Result {
                var source = SweepSource()
                source.sweep = file
                source.overrides = []
                return try source.definition().name
            }
        }
        // What the host has is said whatever the sweep lacks.
        let diagnosis = Diagnosis(state: state, sweep: try? found?.get())
        try form.show(diagnosis, diagnosis.words)
        _ = try found?.get()
    }
}

/// What this host has of what posweep needs.
private struct Diagnosis: Encodable {
    let host, processor: String
    let cores: Int
    /// Bytes.
    let memory: Int
    /// The instructions that its kernels use, and whether they are those that make it fast.
    let kernels: String
    let isFast: Bool
    let blasKernels, blas, zeromq: String
    /// Whether libzmq can encrypt.
    let hasCurve: Bool
    let state: String
    /// At the state folder.
    let freeBytes: Int?
    /// The name of the sweep whose data and weights are there, where a file was named.
    let sweep: String?

    init(state: String, sweep: String?) {
        let host = Host.current
        (self.host, processor, cores, memory) = (host.name, host.processor, host.cores, host.memory)
        (kernels, isFast) = ("\(Processor.instructions)", Processor.isFast)
        (blasKernels, blas) = (OpenBLAS.library.core, OpenBLAS.library.configuration)
        (zeromq, hasCurve) = ("\(ZeroMQLibrary.version)", ZeroMQLibrary.hasCurve)
        (self.state, freeBytes) = (state, Host.freeBytes(at: URL(filePath: state)))
        self.sweep = sweep
    }

    var words: String {
        let speed = isFast ? "" : ": works, but slowly, for this CPU lacks AVX2 and FMA"
        let curve = hasCurve ? "with CURVE" : "WITHOUT CURVE, so without encryption"
        let free = freeBytes.map { "\($0 >> 30) GiB free" } ?? "free space unknown"
        let lines = [
            "host       \(host), \(processor), \(cores) cores, \(memory >> 30) GiB",
            "kernels    \(kernels)\(speed)",
            "blas       OpenBLAS, \(blasKernels) kernels: \(blas)",
            "libzmq     \(zeromq), \(curve)",
            "disk       \(free) at \(state)",
        ]
        return (lines + (sweep.map { ["sweep      \($0): data and weights are there"] } ?? [])).joined(separator: "\n")
    }
}
