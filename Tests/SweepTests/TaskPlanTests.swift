import Experiments
import Foundation
import Sweep
import TestSupport
import Testing

@Suite("Tasks of a sweep")
struct TaskPlanTests {
    @Test func `trials that read the same features are one task`() throws {
        let sweep = try SweepText.parse(
            afterData: "matrix: {target: [H, V], encoder: [none, vgg16], encoder.padding: [zero, none]}\nseeds: 2\n")
        #expect(sweep.positionTasks.map(\.trials.count) == [4, 4, 4])
        #expect(sweep.positionTasks.allSatisfy { $0.rings == 0 })
        #expect(sweep.positionTasks.flatMap { $0.trials.map(\.id) }.sorted() == sweep.trials.map(\.id).sorted())
        for task in sweep.positionTasks { #expect(Set(task.trials.map(\.settings.encoder)).count == 1) }
    }

    @Test func `one encoder pass serves all stages, readouts, fits and seeds`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix:
                  encoder.stages: [[1], [2, 3], all]
                  posenet.kernel: [1, 3]
                  fit.learning_rate: [0.1, 0.01]
                  encoder: [vgg16, vgg19]
                seeds: 2
                """)
        #expect(sweep.positionTasks.map(\.trials.count) == [24, 24])
        #expect(sweep.tasks.flatMap(\.trialIDs).count == 48)
        let plan = SweepPlan(sweep)
        #expect(plan.passes.map(\.stages) == [[[1], [2, 3], []], [[1], [2, 3], []]])
        #expect(plan.epochs == 48 * 15)
    }

    @Test(arguments: [2, 3, 5, 16])
    func `more workers make more tasks of the same trials`(workers: Int) throws {
        let text =
            "matrix: {encoder: [none, vgg16], fit.epochs: [20, 400], target: [H, V, G]}\nseeds: 2\n"
        let alone = try SweepText.parse(afterData: text)
        let sweep = try SweepText.parse(afterData: text, workers: workers)
        #expect(sweep.trials == alone.trials)
        #expect(sweep.tasks.flatMap(\.trialIDs) == alone.tasks.flatMap(\.trialIDs))
        // The raw image's fits are short, so that a second worker is for half of the VGG's.
        #expect((3...workers + 1).contains(sweep.tasks.count))
        for planned in sweep.tasks {
            #expect(Set(planned.work.position?.trials.map(\.settings.encoder.pass) ?? []).count == 1)
            #expect(try planned.work.body() == planned.body)
        }
    }

    @Test func `tasks that read the same features need the same, whatever they fit and wherever they are split`() throws
    {
        let text = "matrix: {encoder: [none, vgg16], target: [H, V]}\n"
        let sweep = try SweepText.parse(afterData: text)
        #expect(sweep.tasks.map(\.needs.count) == [1, 1])
        #expect(Set(sweep.tasks.map(\.needs)).count == 2)
        let others = try SweepText.parse(
            afterData: "matrix: {encoder: [none, vgg16], target: [H, V, G], encoder.stages: [[1], [2]]}\nseeds: 5\n",
            workers: 8)
        #expect(others.tasks.count > 2)
        #expect(Set(others.tasks.map(\.needs)) == Set(sweep.tasks.map(\.needs)))
        let larger = try SweepText.parse(afterData: text, overrides: ["data.size=96"])
        #expect(Set(larger.tasks.map(\.needs)).isDisjoint(with: sweep.tasks.map(\.needs)))
    }

    @Test func `rings go into the task`() throws {
        let sweep = try SweepText.parse(SweepText.data, overrides: ["data.rings=7"])
        #expect(sweep.positionTasks.map(\.rings) == [7])
    }

    @Test func `a task that would be too large is split evenly, and every body fits`() throws {
        let sweep = try SweepText.parse(afterData: "matrix: {target: [H, V, G]}\nseeds: 200\n")
        let counts = sweep.positionTasks.map(\.trials.count)
        #expect(counts.count > 1)
        #expect(counts.reduce(0, +) == 600)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        #expect(sweep.tasks.allSatisfy { $0.body.count <= 48 * 1024 })
        #expect(sweep.positionTasks.flatMap { $0.trials.map(\.id) } == sweep.trials.map(\.id))
        #expect(Set(sweep.tasks.map(\.id)).count == counts.count)
    }

    @Test func `paths take no room in a task, since what they lead to travels by its digest`() throws {
        let folder = "/there/" + String(repeating: "x", count: 49_000)
        let sweep = try SweepText.parse("data: {train: {folder: \(folder)}, test: {black: {constant: 0}}}")
        #expect(sweep.tasks.allSatisfy { $0.body.count < 1_000 })
    }

    @Test func `a body is read back as it was`() throws {
        let text = """
            data:
              size: 64
              maps: 2
              train: {folder: /there/train, limit: 5}
              test: {natural: {folder: /there/test}, noise: {noise: authors, count: 3, seed: 2}}
            weights: {vgg16: /there/vgg16.safetensors}
            """
        let planned = try #require(try SweepText.parse(text).tasks.first)
        #expect(try TaskWork(body: planned.body) == planned.work)
        #expect(try planned.work.body() == planned.body)
        #expect(planned.work.weights == SweepText.digest(.weights(file: "/there/vgg16.safetensors", .vgg16)))
        #expect(!String(decoding: planned.body, as: UTF8.self).contains("/there"))
        #expect(planned.work.position?.mapsKept == 2)
        var contents = TaskContents()
        for body in [planned.body, planned.body, Array("{}".utf8)] { contents.add(body: body) }
        #expect(contents.digests == planned.work.contents)
        try expectGolden(String(decoding: planned.body, as: UTF8.self) + "\n", "task.json")
    }

    @Test func `the task's identifier changes with what it reads`() throws {
        let one = try SweepText.parse(SweepText.data).tasks.map(\.id)
        let other = try SweepText.parse(SweepText.data, overrides: ["data.maps=3"]).tasks.map(\.id)
        #expect(one != other)
        #expect(one == (try SweepText.parse(SweepText.data, overrides: ["name=x"]).tasks.map(\.id)))
    }

    @Test func `no message makes a worker look at a path`() throws {
        let body = try #require(try SweepText.parse(SweepText.data).tasks.first).body
        let text = String(decoding: body, as: UTF8.self)
            .replacing(#""train":{"leaves":{"count":8,"seed":1}}"#, with: #""train":{"folder":{"path":"/etc"}}"#)
        try #require(text.contains("/etc"))
        let error = #expect(throws: TaskBodyError.self) { try TaskWork(body: Array(text.utf8)) }
        #expect(error?.description.contains("/etc") == true)
    }

    /// Edits of a sound body and what is said of each.
    static let edits: [(from: String, to: String, said: String)] = [
        (#""size":224"#, #""size":9223372036854775807"#, "images of 9223372036854775807 pixels"),
        (#""size":224"#, #""size":"224""#, "'size' has the wrong type"),
        (#""size":224,"#, "", "'size' is missing"),
        (#""count":8"#, #""count":-1"#, "the images leaves"),
        (#""mapsKept":8"#, #""mapsKept":-8"#, "-8 maps"),
        (#""rings":0"#, #""rings":57"#, "57 rings"),
        (#""rings":0,"size":224"#, #""rings":9,"size":16"#, "9 rings"),
        (#""kernel":3"#, #""kernel":4"#, "the even kernel 4"),
        (#""kernel":3"#, #""kernel":999"#, "posenet.kernel 999"),
        (#""learningRate":0.1"#, #""learningRate":-1"#, "fit.learning_rate -1"),
        (#""learningRate":0.1"#, #""learningRate":1e999"#, "the task cannot be read"),
        (#""stages":[]"#, #""stages":[2,1]"#, "encoder.stages [2, 1]"),
        (#""stages":[]"#, #""stages":[6]"#, "encoder.stages [6]"),
        (#""target":"H""#, #""target":"X""#, "the task cannot be read"),
        (#""id":""#, #""id":"../"#, "the identifier '../"),
        (#""constant":{"_0":0}"#, #""constant":{"_0":2}"#, "the images constant"),
        (#""name":"black""#, #""name":"white""#, "two test sets of one name"),
    ]

    @Test(arguments: edits.indices)
    func `a body that no sweep could have made is refused`(index: Int) throws {
        let sweep = try SweepText.parse(SweepText.data, overrides: ["data.test.white.constant=1"])
        let sound = String(decoding: try #require(sweep.tasks.first).body, as: UTF8.self)
        let edit = Self.edits[index]
        try #require(sound.contains(edit.from))
        let error = #expect(throws: TaskBodyError.self) {
            try TaskWork(body: Array(sound.replacing(edit.from, with: edit.to).utf8))
        }
        #expect(error?.description.contains(edit.said) == true, "\(error?.description ?? "")")
    }

    @Test func `rubbish is no task`() {
        for body in [[], [0], Array("[".utf8), [UInt8](repeating: UInt8(ascii: "["), count: 40_000)] {
            #expect(throws: TaskBodyError.self) { try TaskWork(body: body) }
        }
        #expect(throws: TaskBodyError.tooLarge(bytes: 49_153, limit: 49_152)) {
            try TaskWork(body: [UInt8](repeating: 32, count: 49_153))
        }
    }
}
