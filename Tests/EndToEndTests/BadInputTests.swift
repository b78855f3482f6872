import Foundation
import TestSupport
import Testing

/// Bad input is normal: one clear line that names the file and the cause, the right exit status, and nothing lost.
@Suite("Bad input", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct BadInputTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let name: String
        let find: String
        let replace: String
        /// What the message has to contain.
        let message: String

        var testDescription: String { name }
    }

    static let edits = [
        Edit(name: "a misspelt key", find: "epochs:", replace: "epoch:", message: "did you mean 'epochs'?"),
        Edit(name: "a wrong type", find: "epochs: 3", replace: "epochs: three", message: "tiny.yaml:"),
        Edit(name: "an empty axis", find: "[none, vgg16]", replace: "[]", message: "encoder"),
        Edit(name: "an unknown value", find: "[none, vgg16]", replace: "[vgg61]", message: "did you mean 'vgg16'?"),
        Edit(
            name: "a missing folder", find: "{synthetic: leaves, count: 8, seed: 1}", replace: "{folder: photographs}",
            message: "photographs"),
        Edit(name: "a rule that matches nothing", find: "seeds: 2", replace: "exclude: [{target: VS}]", message: "VS"),
        Edit(
            name: "a missing weights file", find: "seeds: 2", replace: "weights: {vgg16: nowhere.safetensors}",
            message: "nowhere.safetensors"),
        Edit(
            name: "an alias", find: "seeds: 2", replace: "seeds: &a 2\ndescription: *a", message: "tiny.yaml:"),
    ]

    @Test(arguments: edits)
    func `a bad sweep file is refused before anything runs`(edit: Edit) async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacingOccurrences(of: edit.find, with: edit.replace)
            try #require(text != TinySweep.text)
            let sweep = try TinySweep(in: folder, text: text)
            for command in ["plan", "run"] {
                let outcome = try await PosweepProcess.run([command, sweep.file.path], in: folder)
                #expect(outcome.status == 64)
                #expect(outcome.errors.contains(edit.message), "\(outcome.errors)")
                #expect(outcome.output.isEmpty)
            }
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "tiny.state").path))
        }
    }

    @Test func `a folder without images is refused before anything runs`() async throws {
        try await withTemporaryFolder { folder in
            let photographs = folder.appending(path: "photographs")
            try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
            try Data("no image".utf8).write(to: photographs.appending(path: "notes.txt"))
            let text = TinySweep.text.replacingOccurrences(
                of: "{synthetic: leaves, count: 8, seed: 1}", with: "{folder: photographs}")
            let outcome = try await PosweepProcess.run(
                ["plan", TinySweep(in: folder, text: text).file.path], in: folder)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("photographs"))
        }
    }

    @Test func `a bad image is left out and counted in the table's foot`() async throws {
        try await withTemporaryFolder { folder in
            let photographs = folder.appending(path: "photographs")
            try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
            for number in 0..<4 {
                let targets = try await PosweepProcess.run(
                    ["targets", "--size", String(60 + number), "--output", photographs.path], in: folder)
                #expect(targets.status == 0)
            }
            try Data("this is a text file".utf8).write(to: photographs.appending(path: "text.png"))
            let text = TinySweep.text.replacingOccurrences(
                of: "{synthetic: leaves, count: 8, seed: 1}", with: "{folder: photographs}")
            let outcome = try await TinySweep(in: folder, text: text).run(state: "tiny.state")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("text.png"))
        }
    }

    @Test func `a weights file of another shape is refused before anything runs`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "vgg16.safetensors")
            var header = #"{"features.0.weight":{"dtype":"F32","shape":[64,3,7,7],"data_offsets":[0,37632]}}"#
            header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
            try (length + Data(header.utf8) + Data(count: 37_632)).write(to: file)
            let text = TinySweep.text + "weights: {vgg16: vgg16.safetensors}\n"
            let outcome = try await TinySweep(in: folder, text: text).run(state: "tiny.state")
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("[64, 3, 7, 7]"), "\(outcome.errors)")
            #expect(outcome.errors.contains("tiny.yaml:16:18"), "\(outcome.errors)")
        }
    }

    @Test func `the state of another sweep is refused`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder)
            #expect(try await sweep.run(state: "one.state").status == 0)
            let other = try TinySweep(
                in: folder, text: TinySweep.text.replacingOccurrences(of: "name: tiny", with: "name: other"))
            let outcome = try await other.run(state: "one.state")
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("tiny"))
            #expect(outcome.errors.contains("--state"))
        }
    }

    @Test func `a state folder that cannot be written is refused with its path`() async throws {
        try await withTemporaryFolder { folder in
            let outcome = try await TinySweep(in: folder).run(state: "/proc/posweep.state")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("/proc/posweep.state"))
        }
    }

    @Test func `a port in use is named`() async throws {
        try await withTemporaryFolder { folder in
            let first = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "first.state"], in: folder
            )
            let endpoint = try #require(await first.endpoint)
            let second = try await PosweepProcess.run(
                ["coordinator", "--bind", endpoint, "--state", "second.state"], in: folder)
            first.send(SIGTERM)
            #expect(second.status == 1)
            #expect(second.errors.contains("\(endpoint) is in use"), "\(second.errors)")
            #expect(await first.outcome().status == 0)
        }
    }

    @Test(arguments: [
        (["run"], "SWEEP"), (["score", "nowhere.npy", "nowhere.npy"], "nowhere.npy"),
        (["features", "--output", "x.npy"], "images"),
        (["plan", "nowhere.yaml"], "nowhere.yaml"), (["table", "nowhere"], "nowhere"), (["walk"], "walk"),
    ])
    func `bad usage says what is wrong`(arguments: [String], message: String) async throws {
        try await withTemporaryFolder { folder in
            let outcome = try await PosweepProcess.run(arguments, in: folder)
            #expect(outcome.status != 0)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.localizedCaseInsensitiveContains(message), "\(outcome.errors)")
        }
    }
}
