import Foundation
import TestSupport
import Testing

@Suite("Plans for many hosts, as they are printed", .withProcesses, .timeLimit(.minutes(10)))
struct ScaleReportTests {
    @Test func `a plan for many hosts says what they take and where they stop helping`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let plan = try await PosweepProcess.run(
                [
                    "plan", "tiny.yaml", "--hosts", "1,8,100", "--rate", "vgg16=20", "--rate", "fits=500", "--link",
                    "100Mbit", "--as-files", "100KB",
                ], in: sweep.folder)
            #expect(plan.status == 0, "\(plan.errors)")
            try expectGolden(plan.output, "plan-hosts.txt")
            for wrong in [["--hosts", "0"], ["--hosts", "1,,2"], ["--hosts", "2", "--rate", "vgg17=3"]] {
                #expect(try await PosweepProcess.run(["plan", "tiny.yaml"] + wrong, in: sweep.folder).status == 64)
            }
        }
    }
}
