import Foundation
import TestSupport
import Testing

/// The program on CPUs older than this one, which QEMU imitates: an instruction that they lack would end it.
///
/// The kernels for AVX-512 and AVX2 are in the same program as everything else, so a helper that the compiler made in one of them
/// must not become everybody's.
@Suite(
    "Older processors",
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: PosweepProcess.emulator),
        "skipped: QEMU is missing; apt-get install qemu-user"),
    .withProcesses, .timeLimit(.minutes(10)))
struct OlderProcessorTests {
    @Test(arguments: [("Haswell", "AVX2"), ("Nehalem", "SSE2")])
    func `the program finds its kernels`(processor: String, kernels: String) async throws {
        let outcome = try await PosweepProcess.run(["doctor"], processor: processor)
        #expect(outcome.output.contains(kernels), "\(outcome.errors)")
        #expect(outcome.status == 0)
    }

    @Test func `AVX2 gives this processor's features, bit for bit`() async throws {
        try await withTemporaryFolder { folder in
            try #require(
                try await PosweepProcess.run(["targets", "--size", "32", "--output", "maps"], in: folder).status == 0)
            let command = ["features", "--stages", "1,2", "--image-size", "32", "maps/G.png", "--output"]
            let here = try await PosweepProcess.run(command + ["here.npy"], in: folder)
            let there = try await PosweepProcess.run(command + ["there.npy"], in: folder, processor: "Haswell")
            #expect(here.status == 0, "\(here.errors)")
            #expect(there.status == 0, "\(there.errors)")
            let files = try ["here.npy", "there.npy"].map { try Data(contentsOf: folder.appending(path: $0)) }
            #expect(files[0] == files[1])
        }
    }
}
