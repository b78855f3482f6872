import Coordination

/// What the kernel has counted since it was started.
struct HostCounters: Hashable {
    /// Ticks that processors were busy.
    var busy: Int
    /// Those of them that this worker's processes have used, as far as they are known.
    var own: [Int32: Int]
    /// Microseconds in which something waited.
    var waitedForCPU: Int
    var waitedForMemory: Int
    var waitedForDisks: Int

    /// Reads them; nil where the host does not say how busy it is.
    ///
    /// - Parameters:
    ///   - files: The host's files.
    ///   - processes: This worker's processes.
    init?(_ files: HostFiles, own processes: [Int32]) {
        guard let stat = files.text("/proc/stat"), let times = HostFiles.numbers(after: "cpu", in: stat),
            let busy = Self.busy(times)
        else { return nil }
        self.busy = busy
        own = processes.reduce(into: [:]) { own, process in
            own[process] = files.text("/proc/\(process)/stat").flatMap { Self.ticks(ofProcess: $0) }
        }
        waitedForCPU = Self.waited(files.text("/proc/pressure/cpu"))
        waitedForMemory = Self.waited(files.text("/proc/pressure/memory"))
        waitedForDisks = Self.waited(files.text("/proc/pressure/io"))
    }

    /// The times of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, and others that are not work of this host.
    static func busy(_ times: [Int]) -> Int? {
        guard times.count >= 7 else { return nil }
        return times[0] + times[1] + times[2] + times[5] + times[6]
    }

    /// What a process has used, in the text of its `stat`; its name may have spaces and brackets.
    static func ticks(ofProcess text: String) -> Int? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // The state is field 3; user and system time are fields 14 and 15.
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return user + system
    }

    /// The total of a pressure file's line `some`.
    static func waited(_ text: String?) -> Int {
        let line = text?.split(separator: "\n").first { $0.hasPrefix("some ") }
        let total = line?.split(separator: " ").first { $0.hasPrefix("total=") }
        return total.flatMap { Int($0.dropFirst("total=".count)) } ?? 0
    }

    /// The ticks that others have used since then.
    func othersTicks(since before: HostCounters) -> Int {
        let ours = own.reduce(0) { sum, process in sum + max(0, process.value - (before.own[process.key] ?? 0)) }
        return max(0, busy - before.busy - ours)
    }
}
