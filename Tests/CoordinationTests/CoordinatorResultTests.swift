import Coordination
import Testing

@Suite("Results")
struct CoordinatorResultTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let first = Vocabulary.attempt(1)
    private let trial = TrialID(1)

    @Test func `a result is acknowledged only when it is on disk`() throws {
        var script = CoordinatorScript.leased()
        let record = Record.result(trial, task: TaskID(1), .first, worker: alice, Vocabulary.result())
        let offered = try script.hear(.offer(Vocabulary.offer(of: 1)))
        #expect(offered.commits == [[record]])
        #expect(offered.sent == [])
        #expect(
            script.sync() == [
                .send(.acknowledged(first, trial, .stored), to: 1), .report(.trialFinished(trial, first, alice)),
            ])
    }

    @Test func `a result that is offered twice is written once`() throws {
        var script = CoordinatorScript.leased()
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        #expect(try script.hear(.offer(Vocabulary.offer(of: 1))) == [])
        script.sync()
    }

    @Test func `a second result of a trial goes to the store, which compares the two`() throws {
        var script = CoordinatorScript.leased()
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        script.sync()
        let other = Vocabulary.result(0.25)
        let record = Record.result(trial, task: TaskID(1), .first, worker: alice, other)
        #expect(try script.hear(.offer(Vocabulary.offer(other, of: 1))).commits == [[record]])
        #expect(script.sync() == [.send(.acknowledged(first, trial, .duplicate), to: 1)])
    }

    @Test func `a late result of a lost attempt is kept`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        script.sync()
        script.join(alice, peer: 3)
        try script.hear(.offer(Vocabulary.offer(of: 1)), from: 3)
        let effects = script.sync()
        #expect(effects.sent.first == .send(.acknowledged(first, trial, .stored), to: 3))
        #expect(effects.sent.contains(.send(.cancel(Vocabulary.attempt(2)), to: 2)))
        #expect(effects.reports.contains(.taskDone(TaskID(1), Vocabulary.kernels)))
    }

    @Test func `nothing of a cancelled sweep is written`() throws {
        var script = CoordinatorScript.leased()
        script.handle(.cancelled(Vocabulary.kernels))
        let effects = try script.hear(.offer(Vocabulary.offer(of: 1)))
        #expect(effects == [.send(.acknowledged(first, trial, .unwanted), to: 1)])
    }

    @Test func `large values are fetched in pieces, and a gap is asked for again`() throws {
        var script = CoordinatorScript.leased()
        let result = Vocabulary.largeResult(height: 100)
        #expect(result.mapBytes.count == 40_000)
        let offer = WorkerMessage.offer(Vocabulary.offer(result, of: 1))
        #expect(try script.hear(offer) == [.send(.want(first, trial, offset: 0, bytes: 40_000), to: 1)])
        func piece(_ range: Range<Int>) -> WorkerMessage {
            .chunk(first, trial, offset: range.lowerBound, bytes: Array(result.mapBytes[range]))
        }
        #expect(try script.hear(piece(0..<10_000)) == [])
        #expect(try script.hear(piece(20_000..<30_000)) == [])
        #expect(try script.hear(offer) == [.send(.want(first, trial, offset: 10_000, bytes: 30_000), to: 1)])
        #expect(try script.hear(piece(10_000..<40_000)).commits.count == 1)
        #expect(script.records.last == .result(trial, task: TaskID(1), .first, worker: alice, result))
    }

    /// A coordinator that has the first 20,000 bytes of a result of 40,000 from Alice, over peer 1.
    private func halfUploaded(_ result: TrialResult) throws -> CoordinatorScript {
        var script = CoordinatorScript.leased()
        try script.hear(.offer(Vocabulary.offer(result, of: 1)))
        try script.hear(.chunk(first, trial, offset: 0, bytes: Array(result.mapBytes[..<20_000])))
        return script
    }

    @Test func `an upload that broke off with its connection goes on where it was, however often`() throws {
        let result = Vocabulary.largeResult(height: 100)
        var script = try halfUploaded(result)
        for (peer, range) in [(2, 20_000..<30_000), (3, 30_000..<40_000)] as [(UInt64, Range<Int>)] {
            script.join(alice, peer: peer, held: [first])
            #expect(
                try script.hear(.offer(Vocabulary.offer(result, of: 1)), from: peer) == [
                    .send(
                        .want(first, trial, offset: range.lowerBound, bytes: 40_000 - range.lowerBound), to: peer)
                ])
            // What came before, and what was not asked for, changes nothing.
            let (begun, late) = (Array(result.mapBytes[..<20_000]), [UInt8](repeating: 7, count: 40_001))
            #expect(try script.hear(.chunk(first, trial, offset: 0, bytes: begun), from: peer) == [])
            #expect(try script.hear(.chunk(first, trial, offset: range.lowerBound, bytes: late), from: peer) == [])
            try script.hear(
                .chunk(first, trial, offset: range.lowerBound, bytes: Array(result.mapBytes[range])), from: peer)
        }
        #expect(script.records.last == .result(trial, task: TaskID(1), .first, worker: alice, result))
    }

    @Test func `another result, or another process of the worker, begins an upload anew`() throws {
        let result = Vocabulary.largeResult(height: 100)
        let fromTheBeginning = CoordinatorMessage.want(first, trial, offset: 0, bytes: 40_000)
        var script = try halfUploaded(result)
        script.join(alice, peer: 2, held: [first])
        let other = WorkerMessage.offer(Vocabulary.offer(Vocabulary.largeResult(0.25, height: 100), of: 1))
        #expect(try script.hear(other, from: 2) == [.send(fromTheBeginning, to: 2)])
        script = try halfUploaded(result)
        script.join(alice, peer: 2, incarnation: 2, held: [first])
        let same = WorkerMessage.offer(Vocabulary.offer(result, of: 1))
        #expect(try script.hear(same, from: 2) == [.send(fromTheBeginning, to: 2)])
    }

    @Test func `an upload that has become needless does not hold up the next one`() throws {
        var script = CoordinatorScript.leased(trials: 1...2)
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        script.sync()
        script.join(alice, peer: 3, credit: 0)
        let large = Vocabulary.largeResult(height: 100)
        try script.hear(.offer(Vocabulary.offer(large, of: 1)), from: 3)
        try script.hear(.offer(Vocabulary.offer(large, of: 2)), from: 3)
        script.handle(.cancelled(Vocabulary.kernels))
        #expect(
            try script.hear(.offer(Vocabulary.offer(large, of: 1)), from: 3) == [
                .send(.acknowledged(first, trial, .unwanted), to: 3),
                .send(.want(first, TrialID(2), offset: 0, bytes: 40_000), to: 3),
            ])
    }

    @Test func `an upload that ends after its sweep was cancelled is not written`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.wait(.seconds(60))
        script.join(alice, peer: 2, credit: 0)
        let large = Vocabulary.largeResult(height: 100)
        try script.hear(.offer(Vocabulary.offer(large, of: 1)), from: 2)
        script.handle(.cancelled(Vocabulary.kernels))
        let effects = try script.hear(.chunk(first, trial, offset: 0, bytes: large.mapBytes), from: 2)
        #expect(effects == [.send(.acknowledged(first, trial, .unwanted), to: 2)])
    }

    @Test func `a result that the store leaves out is not offered for ever, and counts as a failure`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        let rejected = script.handle(.rejected(trial, cause: "it contradicts itself"))
        #expect(rejected.sent.contains(.send(.acknowledged(first, trial, .unwanted), to: 1)))
        #expect(rejected.reports.contains(.attemptFailed(first, alice, .trial, cause: "it contradicts itself")))
        #expect(!script.sync().sent.contains(.send(.acknowledged(first, trial, .stored), to: 1)))
    }

    @Test func `a late result that the store leaves out is not the fault of who computes the trial now`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        script.sync()
        script.join(alice, peer: 3)
        try script.hear(.offer(Vocabulary.offer(of: 1)), from: 3)
        let rejected = script.handle(.rejected(trial, cause: "it contradicts itself"))
        #expect(rejected == [.send(.acknowledged(first, trial, .unwanted), to: 3)])
    }

    @Test func `a full disk stops assigning and acknowledging until it takes records again`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.submit([Vocabulary.task(2, trials: 5...5)])
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        #expect(script.refuseCommits().reports == [.storeRefused(cause: "disk full")])
        try script.hear(.heartbeat(credit: 2, held: [first]))
        #expect(try script.hear(.offer(Vocabulary.offer(of: 1))) == [])
        let again = script.wait(.seconds(5))
        #expect(again.reports == [.storeAccepts])
        #expect(again.commits == [[.attemptStarted(TaskID(2), .first, worker: alice)]])
        #expect(try script.hear(.offer(Vocabulary.offer(of: 1))).commits.count == 1)
    }

    @Test func `what the disk refused and is still true is written when it takes records again`() throws {
        var script = CoordinatorScript.leased()
        script.handle(.cancelled(Vocabulary.kernels))
        script.refuseCommits()
        #expect(script.wait(.seconds(5)).commits == [[.attemptEnded(TaskID(1), .first, .cancelled)]])
    }

    @Test func `an attempt that the disk refused is never assigned, and its number not used again`() {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        #expect(script.refuseCommits().sent == [])
        script.wait(.seconds(5))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), alice)])
    }
}
