import Experiments
import Sweep
import Testing

@Suite("Memory of tasks")
struct TaskMemoryTests {
    private static let text = """
        name: sizes
        data:
          size: 224
          train: {synthetic: leaves, count: 24, seed: 1}
          test: {natural: {synthetic: leaves, count: 8, seed: 2}}
        matrix: {encoder: [none, vgg16, resnet152], target: [H, V]}
        fit: {epochs: 1}

        """

    /// The largest of a sweep's tasks of each encoder.
    private func memory(_ text: String) throws -> [EncoderName: Int] {
        var (memory, found) = (TaskMemory(), [EncoderName: Int]())
        for task in try SweepText.parse(text).tasks {
            let encoder = try #require(task.work.position?.trials.first?.settings.encoder.name)
            found[encoder] = memory.bytes(body: task.body, needs: task.needs)
        }
        return found
    }

    /// Measured with `posweep run --workers 1 --threads 2`, as resident memory without mapped files: 627 MB and 1,128 MB.
    @Test func `an estimate is within a factor of two of what was measured`() throws {
        let memory = try memory(Self.text)
        for (encoder, measured) in [(EncoderName.vgg16, 627e6), (.resnet152, 1_128e6)] {
            let ratio = Double(try #require(memory[encoder])) / measured
            #expect((0.5...2).contains(ratio), "\(encoder): \(ratio)")
        }
    }

    /// Measured with `posweep train --threads 2`, as the largest resident memory: 1,149 MB and 1,270 MB.
    @Test(arguments: [(96, 8, 1_149e6), (224, 2, 1_270e6)])
    func `so is that of a training`(size: Int, batch: Int, measured: Double) {
        var training = TrainingSpecification(
            .saliency, encoder: EncoderSettings(), size: size, images: 16)
        training.fit.batch = batch
        let ratio = Double(MemoryNeed(training).bytes) / measured
        #expect((0.5...2).contains(ratio), "\(ratio)")
    }

    @Test func `features count as far as they stay in memory`() throws {
        let (few, many) = (try memory(Self.text), try memory(Self.text.replacing("count: 24", with: "count: 20000")))
        for encoder in [EncoderName.vgg16, .resnet152] {
            let (few, many) = (try #require(few[encoder]), try #require(many[encoder]))
            #expect(few < many && many <= 2 * few)
        }
    }

    @Test func `a body that is no task says nothing`() {
        var memory = TaskMemory()
        for body in ["", "{", "{}", "task 1", "[1]"] {
            #expect(memory.bytes(body: Array(body.utf8), needs: []) == 0)
        }
    }
}
