import Coordination
import Testing

@Suite("Idle policy")
struct IdlePolicyTests {
    private func moment(_ seconds: Double) -> Moment { Moment.start.advanced(by: .seconds(seconds)) }

    @Test func `a day of a desktop`() {
        var policy = IdlePolicy(OwnerRules(.desktop))
        #expect(policy.standstill != nil)
        #expect(policy.decide(on: .used, at: moment(0)) == nil)
        #expect(policy.standstill == "somebody is at the machine")
        #expect(policy.decide(on: .seen { $0.input = .idle(.seconds(600)) }, at: moment(600)) == nil)
        #expect(policy.standstill == "somebody was at the machine less than 15 min ago")
        #expect(policy.decide(on: .quiet, at: moment(1_000)) == .start)
        #expect(policy.standstill == nil)
        #expect(policy.decide(on: .quiet, at: moment(2_000)) == nil)
        #expect(policy.decide(on: .used, at: moment(2_001)) == .suspend(cause: "somebody is at the machine"))
        #expect(policy.activity == .suspended && policy.standstill == "somebody is at the machine")
        #expect(policy.decide(on: .quiet, at: moment(2_011)) == nil)
        #expect(policy.decide(on: .quiet, at: moment(2_011.1)) == .continue)
        #expect(policy.decide(on: .used, at: moment(3_000)) == .suspend(cause: "somebody is at the machine"))
        #expect(policy.decide(on: .used, at: moment(3_600)) == nil)
        #expect(policy.decide(on: .used, at: moment(3_600.1)) == .preempt(cause: "it was suspended for 10 min"))
        // Whoever goes before the memory is given back finds it as it was.
        #expect(policy.decide(on: .quiet, at: moment(3_700)) == .continue)
        #expect(policy.decide(on: .used, at: moment(3_800)) == .suspend(cause: "somebody is at the machine"))
        #expect(policy.decide(on: .used, at: moment(4_401)) == .preempt(cause: "it was suspended for 10 min"))
        #expect(policy.decide(on: .used, at: moment(5_002)) == .kill(cause: "it has waited for 10 min more"))
        #expect(policy.activity == .idle)
        #expect(policy.decide(on: .quiet, at: moment(5_003)) == .start)
    }

    @Test func `load that comes and goes within the busy time suspends nothing`() {
        var policy = IdlePolicy(OwnerRules(.desktop))
        let loaded = HostObservation.seen { $0.othersCPU = 2 }
        #expect(policy.decide(on: .quiet, at: moment(0)) == .start)
        for second in 1...5 {
            #expect(policy.decide(on: loaded, at: moment(Double(second))) == nil)
            #expect(policy.decide(on: loaded, at: moment(Double(second) + 0.49)) == nil)
            #expect(policy.decide(on: .quiet, at: moment(Double(second) + 0.5)) == nil)
        }
        #expect(policy.decide(on: loaded, at: moment(7)) == nil)
        #expect(
            policy.decide(on: loaded, at: moment(7.5)) == .suspend(cause: "other programs use 2.0 processors"))
    }

    @Test func `why a worker stands still is what keeps it from going on now`() {
        var policy = IdlePolicy(OwnerRules(.desktop))
        _ = policy.decide(on: .quiet, at: moment(0))
        _ = policy.decide(on: .used, at: moment(1))
        _ = policy.decide(on: .seen { $0.isOnBattery = true }, at: moment(2))
        #expect(policy.standstill == "the machine runs on its battery")
        // Where only the ten seconds are missing, it is what it was.
        _ = policy.decide(on: .quiet, at: moment(3))
        #expect(policy.standstill == "the machine runs on its battery")
    }
}
