import Coordination
import Testing

/// Every condition of an owner's rules, at its boundary and beside it.
@Suite("Owner's rules")
struct OwnerRulesTests {
    private static let desktop = OwnerRules(.desktop)

    private static func rules(_ change: (inout OwnerRules) -> Void) -> OwnerRules {
        var rules = desktop
        change(&rules)
        return rules
    }

    private typealias Seen = HostObservation

    // MARK: START

    @Test(
        arguments: [
            (.quiet, true),
            (.seen { $0.input = .idle(.seconds(900)) }, false), (.seen { $0.input = .idle(.seconds(901)) }, true),
            (.seen { $0.input = .unseen(why: "blind") }, false),
            (.seen { $0.othersLoad = 0.3 }, true), (.seen { $0.othersLoad = 0.31 }, false),
            (.seen { $0.othersCPU = 0.49 }, true), (.seen { $0.othersCPU = 0.5 }, false),
            (.seen { $0.isOnBattery = true }, false),
            (.seen { $0.availableMemory = 500_000_000 }, true), (.seen { $0.availableMemory = 499_999_999 }, false),
            (.seen { $0.availableMemory = nil }, true),
            (.seen { $0.pressure.memory = 10 }, true), (.seen { $0.pressure.memory = 10.1 }, false),
            // Pressure of the CPU says something only while others use it.
            (.seen { $0.pressure.cpu = 100 }, true),
            (.seen { ($0.pressure.cpu, $0.othersCPU) = (20, 0.31) }, true),
            (.seen { ($0.pressure.cpu, $0.othersCPU) = (20.1, 0.31) }, false),
            (.seen { ($0.pressure.cpu, $0.othersCPU) = (20.1, 0.3) }, true),
            (.seen { ($0.pressure.io, $0.othersCPU) = (100, 0.4) }, true),
        ] as [(HostObservation, Bool)])
    func `work starts when nobody needs the machine`(seen: HostObservation, starts: Bool) {
        #expect(Self.desktop.decision(in: .idle, for: .zero, on: seen) == (starts ? .start : nil))
    }

    // MARK: SUSPEND

    @Test(
        arguments: [
            (.quiet, nil),
            (.seen { $0.input = .idle(.seconds(60)) }, nil),
            (.seen { $0.input = .idle(.milliseconds(59_999)) }, "somebody is at the machine"),
            (.seen { $0.input = .unseen(why: "blind") }, "blind"),
            // What keeps work from starting does not stop it yet.
            (.seen { $0.othersLoad = 0.4 }, nil),
            (.seen { $0.isOnBattery = true }, "the machine runs on its battery"),
            (.seen { $0.availableMemory = 400_000_000 }, "only 400 MB of memory are free, and 500 are the owner's"),
            (.seen { $0.pressure.memory = 30 }, "programs wait for memory (30 % of the time)"),
            (.seen { ($0.pressure.cpu, $0.othersCPU) = (45, 0.4) }, "programs wait for a processor (45 % of the time)"),
            (.seen { ($0.pressure.cpu, $0.othersCPU) = (45, 0.2) }, nil),
        ] as [(HostObservation, String?)])
    func `work is suspended when somebody needs the machine`(seen: HostObservation, cause: String?) {
        #expect(Self.desktop.decision(in: .busy, for: .zero, on: seen) == cause.map { .suspend(cause: $0) })
    }

    @Test(arguments: [(499, false), (500, true), (5_000, true)])
    func `others' load counts when it lasts`(milliseconds: Int, suspends: Bool) {
        let decision = Self.desktop.decision(
            in: .busy, for: .zero, on: .seen { $0.othersCPU = 1.96 }, cpuBusyTime: .milliseconds(milliseconds))
        #expect(decision == (suspends ? .suspend(cause: "other programs use 2.0 processors") : nil))
    }

    @Test func `pressure of the disks counts where the owner says so`() {
        let rules = Self.rules { $0.ioPressure = 40 }
        let seen = Seen.seen { ($0.pressure.io, $0.othersCPU) = (41, 0.4) }
        let cause = "programs wait for the disks (41 % of the time)"
        #expect(rules.decision(in: .busy, for: .zero, on: seen) == .suspend(cause: cause))
        #expect(rules.decision(in: .busy, for: .zero, on: .seen { $0.pressure.io = 41 }) == nil)
    }

    // MARK: CONTINUE

    @Test(arguments: [(10_000, 301, false), (10_001, 301, true), (10_001, 300, false)])
    func `suspended work continues after ten seconds, and five minutes without anybody`(
        milliseconds: Int, idle: Int, continues: Bool
    ) {
        let seen = Seen.seen { $0.input = .idle(.seconds(idle)) }
        for activity in [IdlePolicy.Activity.suspended, .vacating] {
            let decision = Self.desktop.decision(in: activity, for: .milliseconds(milliseconds), on: seen)
            #expect(decision == (continues ? .continue : nil))
        }
    }

    @Test(
        arguments: [
            .seen { $0.othersLoad = 0.31 }, .seen { $0.othersCPU = 0.5 }, .seen { $0.isOnBattery = true },
            .seen { $0.input = .unseen(why: "blind") }, .seen { ($0.pressure.cpu, $0.othersCPU) = (21, 0.4) },
        ] as [HostObservation])
    func `suspended work stays so while somebody needs the machine`(seen: HostObservation) {
        #expect(Self.desktop.decision(in: .suspended, for: .seconds(600), on: seen) == nil)
    }

    // MARK: PREEMPT and KILL

    @Test func `what stands still for ten minutes is handed back, and ten minutes later its memory is free`() {
        let rules = Self.desktop
        #expect(rules.decision(in: .suspended, for: .seconds(600), on: .used) == nil)
        #expect(
            rules.decision(in: .suspended, for: .milliseconds(600_001), on: .used)
                == .preempt(cause: "it was suspended for 10 min"))
        #expect(rules.decision(in: .vacating, for: .seconds(600), on: .used) == nil)
        #expect(
            rules.decision(in: .vacating, for: .milliseconds(600_001), on: .used)
                == .kill(cause: "it has waited for 10 min more"))
    }

    @Test func `memory that the owner needs is given back at once`() {
        let seen = Seen.seen { $0.availableMemory = 1_000_000 }
        let cause = "only 1 MB of memory are free, and 500 are the owner's"
        #expect(Self.desktop.decision(in: .busy, for: .zero, on: seen) == .suspend(cause: cause))
        #expect(Self.desktop.decision(in: .suspended, for: .zero, on: seen) == .preempt(cause: cause))
        #expect(Self.desktop.decision(in: .vacating, for: .zero, on: seen) == .kill(cause: cause))
        #expect(Self.desktop.decision(in: .idle, for: .zero, on: seen) == nil)
    }

    // MARK: Presets

    @Test func `a dedicated machine is not looked at`() {
        #expect(OwnerRules(.dedicated).areNone)
        for preset in [OwnerRules.Preset.desktop, .night] { #expect(!OwnerRules(preset).areNone) }
        let seen = Seen.seen {
            ($0.input, $0.othersCPU, $0.othersLoad, $0.isOnBattery) = (.idle(.zero), 8, 8, true)
            ($0.availableMemory, $0.pressure) = (0, HostObservation.Pressure(cpu: 100, memory: 100, io: 100))
        }
        #expect(OwnerRules(.dedicated).decision(in: .idle, for: .zero, on: seen) == .start)
        #expect(OwnerRules(.dedicated).decision(in: .busy, for: .zero, on: seen, cpuBusyTime: .seconds(99)) == nil)
    }

    @Test func `at night the rules of a desktop hold outside working hours only`() {
        let (noon, night) = (Seen.quiet, Seen.seen { $0.time = LocalTime(day: 0, minute: 23 * 60) })
        let rules = OwnerRules(.night)
        #expect(rules.decision(in: .idle, for: .zero, on: noon) == nil)
        #expect(rules.decision(in: .idle, for: .zero, on: night) == .start)
        #expect(
            rules.decision(in: .busy, for: .zero, on: noon)
                == .suspend(cause: "it is outside the hours Mon-Fri 19:00-07:00, Sat-Sun"))
        let used = Seen.seen { ($0.time, $0.input) = (night.time, .idle(.zero)) }
        #expect(rules.decision(in: .busy, for: .zero, on: used) == .suspend(cause: "somebody is at the machine"))
    }

    // MARK: The owner's file

    @Test func `every rule can be set`() throws {
        var rules = Self.desktop
        let settings = [
            ("input", "ignore"), ("load", "ignore"), ("on_battery", "work"), ("start_idle_time", "1h"),
            ("continue_idle_time", "2min"), ("keyboard_busy_time", "3s"), ("cpu_busy_time", "1.5s"),
            ("max_suspend_time", "250ms"), ("max_vacate_time", "0s"), ("background_load", "1"), ("high_load", "2.5"),
            ("cpu_pressure", "any"), ("memory_pressure", "12.5"), ("io_pressure", "7"), ("spare_memory", "2GB"),
            ("hours", "Sat-Sun"), ("memory", "64MB"), ("cache_limit", "1TB"), ("threads", "3"),
        ]
        #expect(Set(settings.map(\.0)) == Set(OwnerRules.keys))
        for (key, value) in settings { try rules.set(key, to: [value]) }
        let expected = Self.rules {
            ($0.watchesInput, $0.watchesLoad, $0.worksOnBattery) = (false, false, true)
            ($0.startIdleTime, $0.continueIdleTime) = (.seconds(3_600), .seconds(120))
            ($0.keyboardBusyTime, $0.cpuBusyTime) = (.seconds(3), .milliseconds(1_500))
            ($0.maxSuspendTime, $0.maxVacateTime) = (.milliseconds(250), .zero)
            ($0.backgroundLoad, $0.highLoad) = (1, 2.5)
            ($0.cpuPressure, $0.memoryPressure, $0.ioPressure) = (nil, 12.5, 7)
            ($0.spareMemory, $0.hours) = (2_000_000_000, [WorkingHours("Sat-Sun")].compactMap(\.self))
            ($0.memory, $0.cacheLimit, $0.threads) = (64_000_000, 1_000_000_000_000, 3)
        }
        #expect(rules == expected)
    }

    @Test(arguments: [
        ("input", ["yes"]), ("start_idle_time", ["15"]), ("start_idle_time", ["-1s"]), ("start_idle_time", ["1e300h"]),
        ("background_load", ["nan"]), ("cpu_pressure", ["101"]), ("spare_memory", ["1"]), ("memory", ["63MB"]),
        ("hours", ["Sat-Sun", "sometimes"]), ("high_load", ["1", "2"]), ("high_load", []), ("colour", ["red"]),
        ("spare_memory", ["infGB"]),
    ])
    func `what is no rule is refused with what it could be`(key: String, values: [String]) {
        var rules = Self.desktop
        #expect(throws: OwnerRuleError.self) { try rules.set(key, to: values) }
        #expect(rules == Self.desktop)
    }
}
