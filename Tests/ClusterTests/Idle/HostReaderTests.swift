import Cluster
import Coordination
import Foundation
import TestSupport
import Testing

/// What is read of a host, from files as the kernel writes them.
@Suite("Host reader")
struct HostReaderTests {
    /// A wall clock on a Monday at 12:34:00 GMT.
    private static let noon = 1_764_592_440.0
    private static let greenwich = TimeZone(secondsFromGMT: 0) ?? .current

    private func moment(_ milliseconds: Int) -> Moment { Moment.start.advanced(by: .milliseconds(milliseconds)) }

    private func look(_ reader: inout HostReader, _ milliseconds: Int) -> HostObservation {
        reader.look(
            at: moment(milliseconds), wallClock: Self.noon + Double(milliseconds) / 1_000, zone: Self.greenwich)
    }

    private func withHost(_ body: (FakeHost) throws -> Void) throws {
        try withTemporaryFolder { try body(FakeHost(in: $0)) }
    }

    // MARK: Load

    @Test func `others' load is what processors do, without this worker's part`() throws {
        try withHost { host in
            try host.process(getpid(), ticks: 1_000)
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(look(&reader, 250).othersCPU == 0)
            // 200 ticks in a second are two processors; half of them are ours.
            try host.cpu(busy: 200)
            try host.process(getpid(), ticks: 1_100)
            #expect(abs(look(&reader, 1_000).othersCPU - 1) < 1e-9)
        }
    }

    @Test func `the last second counts, and nothing before`() throws {
        try withHost { host in
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            var seen: [Double] = []
            for quarter in 1...12 {
                // One processor is busy from the first second to the second.
                try host.cpu(busy: min(100, max(0, quarter - 4) * 25) / 8 * 8)
                seen.append(look(&reader, quarter * 250).othersCPU)
            }
            #expect(seen[3] == 0)
            #expect(seen[5] >= 0.4 && seen[5] <= 0.5)
            #expect(seen[7] >= 0.95)
            #expect(seen[11] == 0)
        }
    }

    @Test func `the average begins as the kernel's and fades as it does`() throws {
        try withHost { host in
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(abs(look(&reader, 60_000).othersLoad - 0.25 * exp(-1)) < 1e-9)
            try host.cpu(busy: 6_000)
            let expected = 0.25 * exp(-2) + (1 - exp(-1))
            #expect(abs(look(&reader, 120_000).othersLoad - expected) < 1e-9)
        }
    }

    @Test func `pressure is the share of the last second, whatever the kernel's averages say`() throws {
        try withHost { host in
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            try host.pressure("cpu", microseconds: 250_000)
            try host.pressure("memory", microseconds: 1_000)
            try host.remove("proc/pressure/io")
            #expect(look(&reader, 1_000).pressure == HostObservation.Pressure(cpu: 25, memory: 0.1))
            #expect(look(&reader, 2_000).pressure == HostObservation.Pressure())
        }
    }

    @Test func `a host that does not say how busy it is cannot be watched`() throws {
        try withHost { host in
            try host.remove("proc/stat")
            #expect(throws: HostReaderError.self) {
                _ = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            }
            try host.write("cpu  1 2 3\n", to: "proc/stat")
            #expect(throws: HostReaderError.self) {
                _ = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            }
        }
    }

    @Test func `memory, battery and the time of day`() throws {
        try withHost { host in
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            var seen = look(&reader, 1_000)
            #expect(seen.availableMemory == 8_000_000 * 1_024)
            #expect(seen.time == LocalTime(day: 0, minute: 12 * 60 + 34))
            #expect(!seen.isOnBattery)
            for (file, text) in [("type", "Battery\n"), ("scope", "Device\n"), ("status", "Discharging\n")] {
                try host.write(text, to: "sys/class/power_supply/mouse/\(file)")
            }
            #expect(!look(&reader, 1_250).isOnBattery)
            try host.write("Battery\n", to: "sys/class/power_supply/BAT0/type")
            try host.write("Discharging\n", to: "sys/class/power_supply/BAT0/status")
            #expect(look(&reader, 1_500).isOnBattery)
            try host.write("Mains\n", to: "sys/class/power_supply/AC/type")
            try host.write("1\n", to: "sys/class/power_supply/AC/online")
            #expect(!look(&reader, 1_750).isOnBattery)
            try host.write("0\n", to: "sys/class/power_supply/AC/online")
            #expect(look(&reader, 2_000).isOnBattery)
            try host.remove("proc/meminfo")
            seen = look(&reader, 2_250)
            #expect(seen.availableMemory == nil)
        }
    }

    // MARK: Input

    @Test func `a host without terminals and keyboards is as idle as it is old`() throws {
        try withHost { host in
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(look(&reader, 1_000).input == .idle(.seconds(5_000.5)))
        }
    }

    @Test func `the terminal that was read last counts, also over the network`() throws {
        try withHost { host in
            try host.terminal("dev/tty1", readAt: Self.noon - 500)
            try host.terminal("dev/pts/0", readAt: Self.noon - 70)
            try host.terminal("dev/pts/ptmx", readAt: Self.noon)
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(look(&reader, 0).input == .idle(.seconds(70)))
            try host.terminal("dev/tty1", readAt: Self.noon - 3)
            #expect(look(&reader, 1_000).input == .idle(.seconds(4)))
            // A clock that was set back makes nobody idle.
            try host.terminal("dev/pts/0", readAt: Self.noon + 3_600)
            #expect(look(&reader, 2_000).input == .idle(.zero))
        }
    }

    @Test func `a key of the old controller is an interrupt`() throws {
        try withHost { host in
            try host.terminal("dev/tty1", readAt: Self.noon - 5_000)
            try host.write(FakeHost.devices, to: "proc/bus/input/devices")
            try host.interrupts(keyboard: 100)
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(look(&reader, 1_000_000).input == .idle(.seconds(1_000)))
            try host.interrupts(keyboard: 101)
            #expect(look(&reader, 1_001_000).input == .idle(.zero))
            #expect(look(&reader, 1_003_000).input == .idle(.seconds(2)))
        }
    }

    @Test func `a movement of a mouse that may be read is an event`() throws {
        try withHost { host in
            try host.terminal("dev/tty1", readAt: Self.noon - 5_000)
            try host.write(FakeHost.devices, to: "proc/bus/input/devices")
            try host.write("what was typed before", to: "dev/input/event2")
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            #expect(look(&reader, 60_000).input == .idle(.seconds(60)))
            let file = try FileHandle(forWritingTo: host.root.appending(path: "dev/input/event2"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(count: 24))
            #expect(look(&reader, 61_000).input == .idle(.zero))
            #expect(look(&reader, 62_000).input == .idle(.seconds(1)))
        }
    }

    @Test(arguments: ["x11", "wayland"])
    func `a desktop whose mouse cannot be seen says nothing of its owner`(type: String) throws {
        try withHost { host in
            try host.write(FakeHost.devices, to: "proc/bus/input/devices")
            try host.interrupts(keyboard: 100)
            try host.session(["TYPE": type, "CLASS": "user", "STATE": "active", "REMOTE": "0"])
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            guard case .unseen(let why) = look(&reader, 1_000).input else {
                Issue.record("the mouse is seen")
                return
            }
            #expect(why.contains("Logitech USB Optical Mouse"))
            // Plugged in anew, and readable now.
            try host.write("", to: "dev/input/event2")
            try host.write(FakeHost.devices + "\n", to: "proc/bus/input/devices")
            #expect(look(&reader, 2_000).input == .idle(.seconds(2)))
        }
    }

    @Test(arguments: [
        (["TYPE": "tty", "CLASS": "user", "STATE": "active"], false),
        (["TYPE": "wayland", "CLASS": "greeter", "STATE": "active"], false),
        (["TYPE": "x11", "CLASS": "user", "STATE": "closing"], false),
        (["TYPE": "x11", "CLASS": "user", "STATE": "online", "REMOTE": "1"], true),
    ])
    func `only desktops matter, and those of others' screens are never seen`(
        session: [String: String], isUnseen: Bool
    ) throws {
        try withHost { host in
            try host.session(session)
            var reader = try HostReader(root: host.root, own: OwnProcesses(), at: .start)
            if case .unseen = look(&reader, 1_000).input {
                #expect(isUnseen)
            } else {
                #expect(!isUnseen)
            }
        }
    }

    @Test func `this host can be read`() throws {
        var reader = try HostReader(own: OwnProcesses(), at: .start)
        let seen = reader.look(at: moment(1_000))
        #expect(seen.othersCPU >= 0 && seen.othersLoad >= 0)
        #expect((0...100).contains(seen.pressure.cpu))
    }
}
