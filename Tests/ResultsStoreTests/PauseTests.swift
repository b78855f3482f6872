import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Pauses")
struct PauseTests {
    @Test func `a pause stays over openings, submissions and a cancellation until it is taken back`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            #expect(try store.progress().map(\.isPaused) == [false])
            try store.pause(sweep)
            _ = try store.submit(Samples.sweep(tasks: 1...4), at: Samples.noon)
            try store.cancel(sweep)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.close()
            #expect(try ResultsStore(reading: folder).progress().map(\.isPaused) == [true])
            let later = try ResultsStore(folder: folder)
            #expect(try later.isPaused(sweep))
            // What is left of it is not forgotten: the coordinator holds it back.
            #expect(try later.unfinishedTasks().count == 3)
            try later.resume(sweep)
            #expect(try later.isPaused(sweep) == false)
        }
    }

    @Test func `what is asked about a task says that its sweep is paused`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.pause(sweep)
            #expect(try store.explanation(of: .task(Samples.task(1))).contains("  in quickstart (paused)"))
        }
    }

    @Test func `workers are listed with what they have found`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([
                .joined(Samples.alice, host: "lab1", programVersion: "0.1", threads: 4),
                .attemptStarted(Samples.task(1), .first, worker: Samples.alice), Samples.found(1),
            ])
            try store.commit([.joined(Samples.bob, host: "lab2", programVersion: "0.1", threads: 8)])
            let histories = try store.workerHistories()
            #expect(Set(histories.map(\.worker.host)) == ["lab1", "lab2"])
            let alice = try #require(histories.first { $0.worker.id == Samples.alice })
            #expect(alice.trials == 1 && alice.tasks == 1 && alice.processor == "Xeon" && alice.latest != nil)
            let bob = try #require(histories.first { $0.worker.id == Samples.bob })
            #expect(bob.trials == 0 && bob.processor == nil && bob.latest == nil)
            #expect(try store.sweepNames().values.sorted() == ["quickstart"])
        }
    }
}
