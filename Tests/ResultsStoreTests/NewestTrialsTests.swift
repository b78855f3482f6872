import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("The newest trials")
struct NewestTrialsTests {
    /// The same trials as they would be told apart by other settings; those that cannot change a result do not count.
    private static let otherwiseNamed = {
        let sweep = Samples.sweep(tasks: 1...1)
        return SubmittedSweep(
            id: sweep.id, name: sweep.name,
            table: TableDefinition(
                description: nil, fileDigest: "f2", settings: ["seed", "posenet.padding", "encoder.seed"],
                trials: [["1", "0", "1"], ["2", "1", TableDefinition.irrelevant]], testSets: ["natural"],
                rows: ["posenet.padding"], columns: ["test"], metrics: ["SPC"], reference: nil),
            trials: sweep.trials, tasks: sweep.tasks)
    }()

    @Test func `are the last ones that were finished, with the settings that tell trials apart`() throws {
        try withStore { store in
            let reader = NewestTrials.Reader()
            #expect(try reader.read(store) == nil)
            for (number, seconds) in [(2, 10), (4, 20), (1, 30)] {
                try store.commit([Samples.found(UInt64(number))], at: Samples.noon + Double(seconds))
            }
            let newest = try #require(try reader.read(store))
            #expect(newest.settings == ["posenet.kernel"])
            #expect(newest.testSets == ["natural", "black"])
            #expect(newest.metrics == ["SPC", "MAE"])
            #expect(newest.rows.count == 3)
            #expect(newest.rows.map(\.settings) == [["1"], ["7"], ["3"]])
            #expect(newest.rows.first?.figures == [0.742, 0.149, nil, 0.25])
        }
    }

    @Test func `whoever knows them need not look through all results`() throws {
        try withStore { store in
            try store.commit([Samples.found(1), Samples.found(2), Samples.found(3)])
            let reader = NewestTrials.Reader()
            #expect(try reader.read(store, among: []) == nil)
            // A trial that is not the store's, or not finished, is left out.
            let known = [2, 4, 1].map { Samples.trial(UInt64($0)) }
            let newest = try #require(try reader.read(store, among: known))
            #expect(newest.rows.count == 2)
            #expect(try reader.read(store, among: known) == newest)
            #expect(try reader.read(store, among: [Samples.trial(999)]) == nil)
        }
    }

    @Test func `a sweep that is submitted anew has other settings that tell its trials apart`() throws {
        try withStore { store in
            try store.commit([Samples.found(1)])
            let reader = NewestTrials.Reader()
            let known = [Samples.trial(1)]
            #expect(try reader.read(store, among: known)?.settings == ["posenet.kernel"])
            _ = try store.submit(Self.otherwiseNamed, at: Samples.noon + 60)
            #expect(try reader.read(store, among: known)?.settings == ["posenet.padding", "seed"])
        }
    }
}
