import Coordination
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

/// Tasks that build on what others make: task 2 and task 3 on trial 1, which task 1 computes.
@Suite("Requirements")
struct RequirementTests {
    private static let sweep = {
        let plain = Samples.sweep()
        let tasks = plain.tasks.enumerated().map { number, task in
            SweepTask(
                id: task.id, sweep: task.sweep, body: task.body, trials: task.trials,
                requires: number == 0 ? [] : [Samples.trial(1)])
        }
        return SubmittedSweep(id: plain.id, name: plain.name, table: plain.table, trials: plain.trials, tasks: tasks)
    }()

    private func withSubmitted(_ body: (ResultsStore) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Self.sweep, at: Samples.noon)
            try body(store)
            try store.close()
        }
    }

    private let trained = Samples.found(1, finding: Samples.result(artifact: Samples.artifact()))

    @Test func `what a task requires is known to the next coordinator, and what of it is there`() throws {
        try withSubmitted { store in
            let one = Samples.trial(1)
            #expect(try store.unfinishedTasks().map(\.requires) == [[], [one], [one]])
            #expect(try store.unfinishedTasks().allSatisfy { $0.artifacts.isEmpty })
            #expect(try store.progress(of: Self.sweep.id).tasks.blocked == 2)
            try store.commit([trained])
            let artifact = try #require(Samples.artifact())
            #expect(try store.unfinishedTasks().map(\.artifacts) == [[:], [one: artifact], [one: artifact]])
            let tasks = try store.progress(of: Self.sweep.id).tasks
            #expect((tasks.blocked, tasks.waiting) == (0, 3))
        }
    }

    @Test func `a sweep that is submitted again has the same requirements`() throws {
        try withSubmitted { store in
            try store.commit([trained])
            _ = try store.submit(Self.sweep, at: Samples.noon)
            #expect(try store.unfinishedTasks(of: Self.sweep).map(\.requires.count) == [0, 1, 1])
            #expect(try store.unfinishedTasks(of: Self.sweep).map(\.artifacts.count) == [0, 1, 1])
        }
    }

    @Test func `a backup has them too`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            _ = try store.submit(Self.sweep, at: Samples.noon)
            try store.commit([trained])
            let copy = folder.appending(path: "copy")
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
            try store.backUp(to: copy.appending(path: "results.sqlite"))
            try store.close()
            let restored = try ResultsStore(folder: copy)
            #expect(try restored.unfinishedTasks().map(\.artifacts.count) == [0, 1, 1])
            try restored.close()
        }
    }

    @Test func `a retry opens what failed for want of a training as well as the training`() throws {
        try withSubmitted { store in
            try store.commit([
                .taskFailed(Samples.task(1), cause: "bad\nlog"),
                .taskFailed(Samples.task(2), cause: "needs trial 9e3779b9, which failed: bad"),
                .taskFailed(Samples.task(3), cause: "needs trial 9e3779b9, which failed: bad"),
            ])
            #expect(try store.unfinishedTasks().isEmpty)
            #expect(try store.progress(of: Self.sweep.id).tasks.blocked == 0)
            #expect(try store.retryFailed(of: Self.sweep.id) == 3)
            #expect(try store.unfinishedTasks().map(\.requires.count) == [0, 1, 1])
        }
    }

    @Test func `somebody who asks why reads what a task waits for`() throws {
        try withSubmitted { store in
            func line() throws -> String? {
                try store.explanation(of: .task(Samples.task(2))).first { $0.contains("needs trial") }
            }
            let name = Samples.trial(1).short
            #expect(try line() == "  needs trial \(name), which is not trained yet")
            try store.commit([.taskFailed(Samples.task(1), cause: "bad\nlog")])
            #expect(try line() == "  needs trial \(name), which failed: bad")
            try store.commit([trained])
            #expect(try line() == "  needs trial \(name), which is trained")
        }
    }

    @Test func `a result of an earlier version has no encoder, and that is said`() throws {
        try withSubmitted { store in
            try store.commit([Samples.found(1)])
            let lines = try store.explanation(of: .task(Samples.task(2)))
            #expect(lines.contains { $0.contains("no file with its encoder") })
            #expect(try store.progress(of: Self.sweep.id).tasks.blocked == 2)
        }
    }

    @Test func `a task that builds on another sweep's trial is refused`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = Self.sweep
            let stranger = SweepTask(
                id: sweep.tasks[2].id, sweep: sweep.id, body: [], trials: sweep.tasks[2].trials,
                requires: [Samples.trial(99)])
            #expect(throws: StoreError.self) {
                _ = try store.submit(
                    SubmittedSweep(
                        id: sweep.id, name: sweep.name, table: sweep.table, trials: sweep.trials,
                        tasks: sweep.tasks.dropLast() + [stranger]), at: Samples.noon)
            }
            try store.close()
        }
    }

    @Test func `a sweep file's added trainings are trials of the sweep, and no rows of its table`() throws {
        let text = """
            name: probed
            data: {train: {synthetic: leaves, count: 8}, test: {black: {constant: 0}}}
            training: {data: {train: {synthetic: scenes, count: 8}, test: {new: {synthetic: scenes, count: 4}}}}
            encoder: {name: vgg5, from: saliency}
            matrix: {target: [H, V]}
            seeds: 2
            """
        let definition = try SweepDefinition(parsing: text, path: "a.yaml", folder: "/", exists: { _ in true })
        let sweep = try SubmittedSweep(definition)
        #expect(sweep.trials.count == 6)
        #expect(sweep.tasks.map(\.requires) == [[], [], [sweep.trials[4]], [sweep.trials[5]]])
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(sweep, at: Samples.noon)
            #expect(try store.table(of: sweep.id).trials.map(\.id) == Array(sweep.trials.prefix(4)))
            let all = try store.table(of: sweep.id, showsAll: true)
            #expect(all.trials.map(\.id) == sweep.trials)
            let experiment = try #require(all.definition.settings.firstIndex(of: "experiment"))
            #expect(all.trials.map { $0.settings[experiment] }.suffix(3) == ["position", "saliency", "saliency"])
            #expect(try store.progress(of: sweep.id).trials.all == 6)
            try store.close()
        }
    }
}
