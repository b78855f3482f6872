import Experiments
import Foundation
import TestSupport
import Testing

/// Coordinator and worker with no disk in common but the program's own.
@Suite("Workers without a shared disk", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct ContentTests {
    static let text = """
        name: photos
        data:
          size: 48
          train: {folder: photos}
          test: {natural: {folder: photos, limit: 3}, black: {constant: 0}}
        weights: {vgg16: vgg16.safetensors}
        encoder: {normalise: imagenet}
        matrix: {encoder: [none, vgg16], target: [H, G]}
        fit: {epochs: 2, batch: 4, decay_at: []}
        table: {rows: [encoder, target], columns: [test], metrics: [SPC, MAE]}

        """

    /// The folder that only the coordinator sees, with photographs, weights and a sweep file.
    private func makeData(in folder: URL) async throws -> URL {
        let data = folder.appending(path: "data")
        let photos = data.appending(path: "photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
        for size in 60..<63 {
            let targets = ["targets", "--size", String(size), "--output", "\(photos.path)/\(size)"]
            #expect(try await PosweepProcess.run(targets).status == 0)
            for name in ["H", "V", "G"] {
                try FileManager.default.moveItem(
                    atPath: "\(photos.path)/\(size)/\(name).png", toPath: "\(photos.path)/\(size)-\(name).png")
            }
        }
        try Data("no image".utf8).write(to: photos.appending(path: "text.png"))
        try writeWeights(to: data.appending(path: "vgg16.safetensors"))
        try Data(Self.text.utf8).write(to: data.appending(path: "photos.yaml"))
        return data
    }

    /// A file as torchvision's, with a classifier that no worker needs.
    private func writeWeights(to file: URL) throws {
        var state: UInt32 = 1
        var tensors = EncoderName.vgg16.tensors.map { name, shape in
            let fanIn = Float(max(1, shape.dropFirst().reduce(1, *)))
            let values = (0..<shape.reduce(1, *)).map { _ -> Float in
                state = state &* 1_664_525 &+ 1_013_904_223
                return (Float(state >> 8) / Float(1 << 24) - 0.5) * (24 / fanIn).squareRoot()
            }
            return Safetensors.NamedTensor(name: name, shape: shape, values: values)
        }
        let bias = [Float](repeating: 1, count: 4_096)
        tensors.append(Safetensors.NamedTensor(name: "classifier.0.bias", shape: [4_096], values: bias))
        try Safetensors.write(tensors, to: file)
    }

    private func coordinator(in folder: URL) throws -> PosweepProcess {
        try PosweepProcess(
            ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "\(folder.path)/state"],
            in: folder)
    }

    private func submit(_ file: URL, to endpoint: String, _ arguments: [String] = []) async throws {
        let outcome = try await PosweepProcess.run(["submit", file.path, "--coordinator", endpoint] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// A worker that sees nothing below these folders; started again, it is the same one, so that what it held is free at once.
    private func worker(_ endpoint: String, blindTo hidden: [URL], in folder: URL) throws -> PosweepProcess {
        let mounts = hidden.map { "mount -t tmpfs none '\($0.path)'" }.joined(separator: " && ")
        return try PosweepProcess(
            ["worker", "--coordinator", endpoint, "--threads", "2", "--cache", "\(folder.path)/cache"]
                + ["--identity", String(repeating: "7", count: 32)], in: folder,
            environment: ["XDG_CACHE_HOME": "\(folder.path)/worker"],
            under: ["unshare", "-m", "sh", "-c", "\(mounts) && exec \"$@\"", "sh"])
    }

    private func table(_ name: String = "photos", state: String, in folder: URL) async throws -> [String] {
        var tables: [String] = []
        for format in [["--format", "csv", "--no-provenance"], ["--format", "text"]] {
            let table = try await PosweepProcess.run(["table", name, "--state", state] + format, in: folder)
            tables.append(table.output)
        }
        return tables
    }

    @Test(.enabled(if: SmallDisk.isAvailable))
    func `a worker without the data makes the table of a run beside it, and fetches everything once`() async throws {
        try await withTemporaryFolder { folder in
            let data = try await makeData(in: folder)
            let file = data.appending(path: "photos.yaml")
            let local = try await PosweepProcess.run(
                ["run", file.path, "--state", "local", "--workers", "1"], in: folder)
            #expect(local.status == 0, "\(local.errors)")
            let coordinator = try coordinator(in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            let worker = try worker(endpoint, blindTo: [data, folder.appending(path: "state")], in: folder)
            try await submit(file, to: endpoint)
            #expect(await coordinator.says("sweep photos has ended"))
            let remote = try await table(state: "state", in: folder)
            #expect(try await remote == table(state: "local", in: folder))
            #expect(remote[1].contains("skipped 1 image"), "\(remote)")

            // More trials on the same data, of which nothing can be fetched any more.
            try await submit(file, to: endpoint, ["--set", "name=more", "--set", "target=V", "--set", "seeds=[5]"])
            #expect(await coordinator.says("sweep more has ended"))
            worker.send(SIGTERM)
            coordinator.send(SIGTERM)
            let said = await coordinator.outcome().errors
            let fetchings = said.components(separatedBy: ": fetching").count - 1
            #expect(fetchings <= 2, "each encoder's task fetches once: \(said)")
            _ = await worker.outcome()
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable))
    func `a worker that is killed in the middle of a transfer goes on where it was`() async throws {
        try await withTemporaryFolder { folder in
            let data = try await makeData(in: folder)
            let file = data.appending(path: "photos.yaml")
            let coordinator = try coordinator(in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            try await submit(file, to: endpoint, ["--set", "encoder=vgg16"])
            let hidden = [data, folder.appending(path: "state")]
            let first = try worker(endpoint, blindTo: hidden, in: folder)
            let partial = try #require(await largePart(in: folder), "the weights were never on their way")
            first.send(SIGKILL)
            _ = await first.outcome()
            let left = try facts(partial)
            #expect(left.size < 58_000_000)
            let second = try worker(endpoint, blindTo: hidden, in: folder)
            #expect(await coordinator.says("sweep photos has ended"))
            let digest = partial.lastPathComponent
            let whole = try facts(folder.appending(path: "cache/contents/\(digest.prefix(2))/\(digest)"))
            #expect(whole.inode == left.inode, "the same file, gone on with")
            #expect(whole.size > 58_000_000)
            second.send(SIGTERM)
            coordinator.send(SIGTERM)
            _ = await (second.outcome(), coordinator.outcome())
            let local = try await PosweepProcess.run(
                ["run", file.path, "--state", "local", "--workers", "1", "--set", "encoder=vgg16"], in: folder)
            #expect(local.status == 0, "\(local.errors)")
            #expect(try await table(state: "state", in: folder) == table(state: "local", in: folder))
        }
    }

    @Test func `images that vanish fail the trials that read them, with their names`() async throws {
        try await withTemporaryFolder { folder in
            let data = try await makeData(in: folder)
            let coordinator = try coordinator(in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            try await submit(data.appending(path: "photos.yaml"), to: endpoint, ["--set", "encoder=none"])
            try FileManager.default.removeItem(at: data.appending(path: "photos/61-V.png"))
            let worker = try PosweepProcess(
                ["worker", "--coordinator", endpoint, "--cache", "\(folder.path)/cache", "--copy"], in: folder)
            #expect(await coordinator.says("sweep photos has ended, 1 tasks failed"))
            let table = try await table(state: "state", in: folder)[1]
            #expect(table.contains("61-V.png") && table.contains("is gone"), "\(table)")
            worker.send(SIGTERM)
            coordinator.send(SIGTERM)
            _ = await (worker.outcome(), coordinator.outcome())
        }
    }

    @Test func `what the coordinator's host does not have is said by its name where the sweep is submitted`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let coordinator = try coordinator(in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            let file = folder.appending(path: "photos.yaml")
            try Data(Self.text.utf8).write(to: file)
            let outcome = try await PosweepProcess.run(["submit", file.path, "--coordinator", endpoint])
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("on the coordinator's host"), "\(outcome.errors)")
            for missing in ["\(folder.path)/photos", "\(folder.path)/vgg16.safetensors"] {
                #expect(outcome.errors.contains(missing), "\(outcome.errors)")
            }
            coordinator.send(SIGTERM)
            _ = await coordinator.outcome()
        }
    }

    /// Waits for a file of a few megabytes that a worker has not all of.
    private func largePart(in folder: URL) async -> URL? {
        let parts = folder.appending(path: "cache/contents/partial")
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: parts.path)) ?? [] {
                let part = parts.appending(path: name)
                if let size = try? facts(part).size, size > 2_000_000 { return part }
            }
            await Task.yield()
        }
        return nil
    }

    private func facts(_ file: URL) throws -> (size: Int, inode: Int) {
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        return (
            (attributes[.size] as? NSNumber)?.intValue ?? 0, (attributes[.systemFileNumber] as? NSNumber)?.intValue ?? 0
        )
    }
}
