package import Coordination
package import Foundation
import Glibc

/// Reads from the kernel's files what an owner's rules ask for.
package struct HostReader: ~Copyable {
    private let files: HostFiles
    private let own: OwnProcesses
    private var load: HostLoad
    private var input: InputWatch

    /// - Parameters:
    ///   - root: The folder that stands for the host's root.
    ///   - own: The processes that are not others'.
    ///   - now: The time.
    /// - Throws: Where the host does not say how busy it is.
    package init(root: URL = URL(filePath: "/"), own: OwnProcesses, at now: Moment) throws(HostReaderError) {
        files = HostFiles(root: root)
        self.own = own
        guard let counters = HostCounters(files, own: own.all) else {
            throw HostReaderError(path: files.path("/proc/stat"))
        }
        load = HostLoad(counters, average: files.word("/proc/loadavg").flatMap { Double($0) } ?? 0, at: now)
        input = InputWatch(files, at: now)
    }

    /// What is seen of the host now.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - wallClock: The same in seconds since 1970.
    ///   - zone: Where the owner's hours are counted.
    /// - Returns: What there is to be seen, from the last second on.
    package mutating func look(
        at now: Moment, wallClock: Double = Date().timeIntervalSince1970, zone: TimeZone = .current
    ) -> HostObservation {
        if let counters = HostCounters(files, own: own.all) { load.add(counters, at: now) }
        let memory = files.text("/proc/meminfo").flatMap { HostFiles.numbers(after: "MemAvailable:", in: $0)?.first }
        return HostObservation(
            othersCPU: load.others, othersLoad: load.average, input: input.look(at: now, wallClock: wallClock),
            pressure: load.pressure, availableMemory: memory.map { $0 * 1_024 }, isOnBattery: isOnBattery,
            time: Self.localTime(wallClock, zone))
    }

    /// Whether the host's own battery is what it runs on; those of mice do not matter.
    private var isOnBattery: Bool {
        let folder = "/sys/class/power_supply"
        let supplies = files.names(in: folder).map { "\(folder)/\($0)" }
        if supplies.contains(where: { files.word("\($0)/type") != "Battery" && files.word("\($0)/online") == "1" }) {
            return false
        }
        return supplies.contains { supply in
            files.word("\(supply)/type") == "Battery" && files.word("\(supply)/scope") != "Device"
                && files.word("\(supply)/status") == "Discharging"
        }
    }

    private static func localTime(_ wallClock: Double, _ zone: TimeZone) -> LocalTime {
        let local = Int(wallClock) + zone.secondsFromGMT(for: Date(timeIntervalSince1970: wallClock))
        let (day, second) = (local / 86_400, local % 86_400)
        // The first of January 1970 was a Thursday.
        return LocalTime(day: ((day + 3) % 7 + 7) % 7, minute: (second + 86_400) % 86_400 / 60)
    }
}

/// A host that does not say how busy it is.
package struct HostReaderError: Error, CustomStringConvertible {
    let path: String

    package var description: String {
        "\(path) says nothing of how busy this host is, so it cannot be left to its owner — use --when dedicated"
    }
}
