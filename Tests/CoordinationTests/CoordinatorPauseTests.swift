import Coordination
import Testing

@Suite("Paused sweeps")
struct CoordinatorPauseTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let kernels = Vocabulary.kernels

    @Test func `a paused sweep gets no new assignment, and what runs is finished`() throws {
        var script = CoordinatorScript()
        script.submit((1...3).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 1), alice)])
        script.handle(.paused(kernels))
        #expect(script.why(TaskID(2))?.reasons.first == "its sweep is paused")
        try script.hear(.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(of: 1))))
        let finished = script.sync()
        #expect(finished.reports.contains(.taskDone(TaskID(1), kernels)))
        script.join(bob, peer: 2)
        #expect(!finished.reports.contains(.assigned(Vocabulary.attempt(of: 2), alice)))
        #expect(script.sync().reports.isEmpty)
        #expect(script.census.sweeps.map(\.waiting) == [2])
        #expect(script.census.sweeps.map(\.isPaused) == [true])
        script.handle(.resumed(kernels))
        #expect(
            script.sync().reports == [
                .assigned(Vocabulary.attempt(of: 2), bob), .assigned(Vocabulary.attempt(of: 3), alice),
            ])
    }

    @Test func `an attempt that is on its way to the disk is not begun, and comes first afterwards`() {
        var script = CoordinatorScript()
        script.submit((1...2).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1)
        script.handle(.paused(kernels))
        #expect(script.sync().sent.isEmpty)
        #expect(script.heldTasks(of: alice) == 0)
        script.handle(.resumed(kernels))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2, of: 1), alice)])
    }

    @Test func `other sweeps go on, and have the turns of the one that is paused`() throws {
        var script = CoordinatorScript()
        script.submit((1...2).map { Vocabulary.task($0, trials: $0...$0) })
        script.submit(
            (11...12).map { Vocabulary.task($0, trials: $0...$0, of: Vocabulary.depths) }, of: Vocabulary.depths)
        script.handle(.paused(kernels))
        script.join(alice, peer: 1, credit: 4)
        #expect(
            script.sync().reports == [
                .assigned(Vocabulary.attempt(of: 11), alice), .assigned(Vocabulary.attempt(of: 12), alice),
            ])
    }

    @Test func `a pause that comes before the sweep's tasks, as after a restart, counts`() {
        var script = CoordinatorScript(epoch: 2)
        script.handle(.paused(kernels))
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        #expect(script.sync().reports.isEmpty)
        script.handle(.resumed(kernels))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 1), alice)])
    }

    @Test func `a task that its worker lost during a pause waits for the end of it`() {
        var script = CoordinatorScript.leased()
        script.handle(.paused(kernels))
        script.join(bob, peer: 2)
        #expect(script.wait(.seconds(61)).reports.contains(.attemptLost(Vocabulary.attempt(), alice)))
        script.join(bob, peer: 2)
        #expect(script.sync().sent.isEmpty)
        script.handle(.resumed(kernels))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
    }

    @Test func `what takes long gets no copy while its sweep is paused`() throws {
        func reports(isPaused: Bool) throws -> [Report] {
            var script = CoordinatorScript { $0.stragglerTime = .seconds(10) }
            script.submit((1...4).map { Vocabulary.task($0, trials: $0...$0) })
            script.join(alice, peer: 1, credit: 4)
            script.sync()
            for task in 1...3 as ClosedRange<UInt64> {
                try script.hear(.offer(Vocabulary.offer(of: task, Vocabulary.attempt(of: task))))
                script.sync()
            }
            script.join(bob, peer: 2)
            if isPaused { script.handle(.paused(kernels)) }
            return script.wait(.seconds(13)).reports
        }
        #expect(try reports(isPaused: false).contains(.copied(Vocabulary.attempt(2, of: 4), bob)))
        #expect(try reports(isPaused: true).isEmpty)
    }

    @Test func `a paused sweep can be cancelled, and is still paused when it is submitted again`() {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.handle(.paused(kernels))
        #expect(script.handle(.cancelled(kernels)).reports == [.sweepEnded(kernels, failedTasks: 0)])
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        #expect(script.sync().reports.isEmpty)
        #expect(script.census.sweeps.map(\.waiting) == [1])
        script.handle(.resumed(kernels))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 1), alice)])
    }

    @Test func `a coordinator whose sweeps are all paused drains like any other`() throws {
        var script = CoordinatorScript.leased()
        script.handle(.paused(kernels))
        #expect(script.handle(.drainRequested) == [.send(.drain, to: 1)])
        try script.hear(.handedBack(Vocabulary.attempt()))
        #expect(try script.hear(.goodbye).reports.last == .drained)
    }
}
