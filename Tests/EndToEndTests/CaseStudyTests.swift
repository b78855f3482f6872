import Experiments
import Foundation
import TestSupport
import Testing

/// The sheet of test images beside what is predicted on them.
@Suite("A sheet of cases", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct CaseStudyTests {
    private static let text = """
        name: photos
        data: {size: 48, train: {synthetic: leaves, count: 4, seed: 1}, test: {natural: {folder: photos}}}
        matrix: {encoder: [none], target: [H]}
        fit: {epochs: 1, batch: 4, decay_at: []}

        """
    private static let colour: [UInt8] = [200, 30, 90]

    @Test func `test images from a folder are shown as long as they are there, behind later sweeps too`() async throws {
        try await withTemporaryFolder { folder in
            let photos = folder.appending(path: "photos")
            try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
            let pixels = Array(repeatElement(Self.colour, count: 60 * 60).joined())
            try RGBImage(width: 60, height: 60, bytes: pixels).write(to: photos.appending(path: "one.png"))
            let sweep = try TinySweep(in: folder, text: Self.text)
            #expect(try await sweep.run(state: "state").status == 0)
            #expect(try await isShown(in: folder))
            // What is needed no more is tidied up when the next run begins.
            #expect(try await sweep.run(state: "state").status == 0)
            #expect(try await isShown(in: folder))
            try FileManager.default.removeItem(at: photos)
            #expect(try await !isShown(in: folder))
        }
    }

    /// Whether the sheet has the test image, whose colour nothing else on it has.
    private func isShown(in folder: URL) async throws -> Bool {
        let arguments = ["maps", "photos", "--state", "state", "--sheet", "sheet.png", "--images", "0"]
        let outcome = try await PosweepProcess.run(arguments, in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let sheet = try RGBImage(decoding: folder.appending(path: "sheet.png"))
        return stride(from: 0, to: sheet.bytes.count, by: 3).contains { Array(sheet.bytes[$0..<$0 + 3]) == Self.colour }
    }
}
