import Experiments
import Foundation
import TestSupport
import Testing

/// However often a training is interrupted, and on however many threads: its files are the same, byte for byte.
@Suite("posweep train", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct TrainingTests {
    @Test func `a training killed at random steps ends with the files of an undisturbed one`() async throws {
        try await withTemporaryFolder { folder in
            let training = try TinyTraining(in: folder)
            let undisturbed = try await training.train(output: "undisturbed", "--threads", "2")
            #expect(undisturbed.status == 0, "\(undisturbed.errors)")
            let files = try training.files(output: "undisturbed")
            #expect(files.keys.sorted() == ["curve.csv", "encoder.safetensors", "result.json"])
            for seed in 1...5 {
                var random = RandomStream(seed: seed, name: "kills")
                let (step, threads) = (1 + random.integer(below: 28), 1 + random.integer(below: 3))
                let killed = try await training.start(
                    output: "killed-\(seed)", untilStep: step, ["--threads", "\(threads)"])
                killed.send(SIGKILL)
                #expect(await killed.outcome().status != 0)
                let resumed = try await training.train(output: "killed-\(seed)", "--threads", "\(4 - threads)")
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.errors.contains("goes on from step"), "\(resumed.errors)")
                #expect(resumed.output == undisturbed.output)
                #expect(try training.files(output: "killed-\(seed)") == files, "killed behind step \(step)")
            }
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal stops it with a checkpoint, and the command that it names goes on`(signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            let training = try TinyTraining(in: folder)
            let overrides = ["--set", "training.epochs=1", "--set", "seeds=[1, 2]"]
            let process = try await training.start(output: "out", untilStep: 2, overrides)
            process.send(signal)
            let stopped = await process.outcome()
            #expect(stopped.status == 1)
            #expect(
                stopped.errors.contains(
                    "\(training.file.path) --set training.epochs=1 --set 'seeds=[1, 2]' --output out goes on from here"),
                "\(stopped.errors)")
            #expect(stopped.errors.contains(/stopped behind step \d+ of 14/))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").count == 1)
            let resumed = try await PosweepProcess.run(training.arguments(output: "out", overrides), in: folder)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("goes on from step"))
            #expect(resumed.output.split(separator: "\n").count == 3)
            // Of a sweep with other axes it is the same training still.
            let axis = ["--set", "training.epochs=1", "--set", "matrix.encoder.padding=[zero, replicate]"]
            let wider = try await PosweepProcess.run(training.arguments(output: "out", axis), in: folder)
            #expect(wider.errors.contains("padding-zero-seed-1") && wider.errors.contains("finished before"))
        }
    }

    @Test func `what is finished is left as it is, and read by a sweep`() async throws {
        try await withTemporaryFolder { folder in
            let training = try TinyTraining(in: folder)
            let first = try await training.train(output: "out", "--set", "training.epochs=1")
            let encoder = try training.place(output: "out").appending(path: "encoder.safetensors")
            let written = try FileManager.default.attributesOfItem(atPath: encoder.path)[.modificationDate] as? Date
            let again = try await training.train(output: "out", "--set", "training.epochs=1")
            #expect(again.errors.contains("finished before"), "\(again.errors)")
            #expect(again.output == first.output)
            let now = try FileManager.default.attributesOfItem(atPath: encoder.path)[.modificationDate] as? Date
            #expect(now == written)
            let json = try await training.train(output: "out", "--set", "training.epochs=1", "--json")
            #expect(json.output.contains("\"metric\" : \"Fm max\""))

            let probe = try TinySweep(
                in: folder,
                text: TinySweep.text.replacing("[none, vgg16]", with: "[vgg5]")
                    .replacing("matrix:", with: "weights: {vgg5: \(encoder.path)}\nmatrix:"))
            let probed = try await probe.run(state: "probe.state")
            #expect(probed.status == 0, "\(probed.errors)")

            try Data("other".utf8).write(to: encoder)
            let changed = try await training.train(output: "out", "--set", "training.epochs=1")
            #expect(changed.status == 1)
            #expect(changed.errors.contains("it is not what this training has made"), "\(changed.errors)")
            #expect(try Data(contentsOf: encoder) == Data("other".utf8))
        }
    }

    @Test func `a checkpoint that is damaged or of another training is named and left alone`() async throws {
        try await withTemporaryFolder { folder in
            let training = try TinyTraining(in: folder)
            let process = try await training.start(output: "out", untilStep: 1)
            let taken = try await training.train(output: "out")
            process.send(SIGKILL)
            _ = await process.outcome()
            #expect(taken.status == 1)
            #expect(taken.errors.contains("in use by another posweep train"), "\(taken.errors)")

            let file = try training.place(output: "out").appending(path: "checkpoint.safetensors")
            let sound = try Data(contentsOf: file)
            var flipped = sound
            flipped[flipped.count - 5_000] ^= 1
            let other = try await training.start(output: "other", untilStep: 1, ["--set", "training.epochs=4"])
            other.send(SIGKILL)
            _ = await other.outcome()
            let foreign = try Data(
                contentsOf: training.place(output: "other").appending(path: "checkpoint.safetensors"))
            for (bytes, said) in [
                (sound.prefix(sound.count / 2), "cannot be used"), (Data("no checkpoint".utf8), "cannot be used"),
                (flipped, "its values are not those that were written"), (foreign, "a training with other settings"),
            ] {
                try bytes.write(to: file)
                let before = try training.files(output: "out")
                let refused = try await training.train(output: "out")
                #expect(refused.status == 1)
                #expect(refused.errors.contains(file.path) && refused.errors.contains(said), "\(refused.errors)")
                #expect(refused.errors.contains("to begin this training anew"))
                #expect(try training.files(output: "out") == before)
            }
        }
    }

    @Test func `folders of images and masks are learnt from, wherever they are`() async throws {
        try await withTemporaryFolder { folder in
            // The position maps, as pictures and as their own masks.
            _ = try await PosweepProcess.run(["targets", "--size", "48", "--output", "there"], in: folder)
            let maps = "{images: there, masks: there}"
            let text = TinyTraining.text.replacing(/{synthetic: scenes[^}]*}/, with: maps)
            let training = try TinyTraining(in: folder, text: text)
            let here = try await training.train(output: "out", "--set", "training.epochs=1")
            #expect(here.status == 0, "\(here.errors)")
            try FileManager.default.moveItem(atPath: folder.path + "/there", toPath: folder.path + "/elsewhere")
            let moved = try TinyTraining(in: folder, text: text.replacing(": there", with: ": elsewhere"))
            let again = try await moved.train(output: "out", "--set", "training.epochs=1")
            #expect(again.errors.contains("finished before"), "\(again.errors)")
            #expect(again.output == here.output)
        }
    }

    @Test func `a training that diverges is a failure with its cause, and the others are trained`() async throws {
        try await withTemporaryFolder { folder in
            let outcome = try await TinyTraining(in: folder).train(
                output: "out", "--set", "training.epochs=1", "--set", "matrix.training.learning_rate=[1000, 0.01]")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("1 of 2 trainings failed"), "\(outcome.errors)")
            #expect(outcome.errors.contains("use a smaller learning rate than 1000"))
            #expect(outcome.output.contains("saliency-vgg5-learning_rate-0.01-seed-1-"))
        }
    }

    @Test func `a sweep that trains nothing is bad usage`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder)
            let outcome = try await PosweepProcess.run(["train", sweep.file.path, "--output", "out"], in: folder)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("trains no encoder — give it experiment: saliency"), "\(outcome.errors)")
            let time = try await PosweepProcess.run(
                ["train", sweep.file.path, "--output", "out", "--checkpoint-every", "soon"], in: folder)
            #expect(time.status == 64)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
        }
    }
}
