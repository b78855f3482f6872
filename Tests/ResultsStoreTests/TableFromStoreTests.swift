import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Table of a stored sweep")
struct TableFromStoreTests {
    @Test(arguments: [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3, 1, 6, 2, 5, 4]] as [[UInt64]])
    func `the order in which results come does not show`(order: [UInt64]) throws {
        try withStore { store in
            for number in order {
                let worker = number.isMultiple(of: 2) == (order.first == 1) ? Samples.alice : Samples.bob
                try store.commit([.joined(worker, host: "lab", programVersion: "0.1", threads: 2)])
                try store.commit([Samples.found(number, by: worker, finding: finding(number))])
            }
            let table = try store.table(of: Samples.sweep().id)
            try expectGolden(table.formatted(as: .csv, provenance: false), "stored.csv")
            try expectGolden(table.formatted(as: .json, provenance: false), "stored.json")
            try expectGolden(table.formatted(as: .text), "stored.text")
        }
    }

    @Test func `missing and failed trials are told apart, and provenance is what was committed`() throws {
        try withStore { store in
            try store.commit(
                [
                    Samples.found(1), .taskFailed(Samples.task(1), cause: "out of memory"),
                    Samples.found(3, Attempt(number: 7), by: Samples.bob),
                ], at: Samples.noon)
            let trials = try store.table(of: Samples.sweep().id).trials
            #expect(trials.map(\.state).filter { $0 == .missing }.count == 3)
            #expect(trials[1].state == .failed(cause: "out of memory"))
            guard case .finished(let findings) = trials[2].state else {
                Issue.record("\(trials[2])")
                return
            }
            #expect(findings.provenance.attempt.number == 7)
            #expect(findings.provenance.worker == Samples.bob)
            #expect(findings.provenance.result == Samples.provenance())
            #expect(findings.provenance.committed == "2023-11-14T22:13:20.000Z")
            #expect(findings.skipped == Samples.result().skipped)
        }
    }

    @Test func `an unknown sweep is answered with those that there are`() throws {
        try withStore { store in
            let unknown = SweepID(high: 1, low: 1)
            #expect(throws: StoreError.unknownSweep(name: unknown.short, known: ["quickstart"])) {
                try store.table(of: unknown)
            }
        }
    }

    private func finding(_ number: UInt64) -> TrialResult {
        TrialResult(
            metrics: [
                Samples.metric("black", "MAE", 1 / Double(number)), Samples.metric("natural", "MAE", 0.1),
                Samples.metric(
                    "natural", "SPC", number == 2 ? nil : 0.1 * Double(number), undefined: number == 2 ? 1 : 0),
                Samples.metric("black", "SPC", -1e-9 * Double(number)),
            ], maps: [], skipped: [], provenance: Samples.provenance(seconds: Double(number)))
    }
}
