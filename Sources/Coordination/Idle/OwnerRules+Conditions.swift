extension OwnerRules {
    /// HTCondor's SUSPEND.
    ///
    /// - Parameters:
    ///   - seen: What is seen of the host.
    ///   - cpuBusyTime: For how long others have kept more than `highLoad` processors busy.
    /// - Returns: Why work has to stop now; nil where it may go on.
    func reasonToSuspend(_ seen: HostObservation, cpuBusyTime: Duration?) -> String? {
        if let reason = reasonOfDay(seen) ?? reasonOfMemory(seen) { return reason }
        if watchesInput {
            switch seen.input {
            case .idle(let time) where time < keyboardBusyTime: return "somebody is at the machine"
            case .idle: break
            case .unseen(let why): return why
            }
        }
        guard watchesLoad else { return nil }
        if let cpuBusyTime, cpuBusyTime >= self.cpuBusyTime { return Self.load(seen.othersCPU) }
        return reasonOfPressure(seen)
    }

    /// HTCondor's START, and CONTINUE with the shorter time: why work does not begin; nil where it may.
    func reasonToWait(_ seen: HostObservation, idleTime: Duration) -> String? {
        if let reason = reasonOfDay(seen) ?? reasonOfMemory(seen) { return reason }
        if watchesInput {
            switch seen.input {
            case .idle(let time) where time <= idleTime:
                return time < keyboardBusyTime
                    ? "somebody is at the machine" : "somebody was at the machine less than \(idleTime.inWords) ago"
            case .idle: break
            case .unseen(let why): return why
            }
        }
        guard watchesLoad else { return nil }
        if seen.othersCPU >= highLoad { return Self.load(seen.othersCPU) }
        if seen.othersLoad > backgroundLoad { return "\(Self.load(seen.othersLoad)), on average over a minute" }
        return reasonOfPressure(seen)
    }

    /// Why the owner needs the memory that work takes.
    func reasonOfMemory(_ seen: HostObservation) -> String? {
        if let free = seen.availableMemory, free < spareMemory {
            return "only \(free / 1_000_000) MB of memory are free, and \(spareMemory / 1_000_000) are the owner's"
        }
        if let limit = memoryPressure, seen.pressure.memory > limit {
            return "programs wait for memory (\(Int(seen.pressure.memory)) % of the time)"
        }
        return nil
    }

    private func reasonOfDay(_ seen: HostObservation) -> String? {
        if !hours.isEmpty, !hours.contains(where: { $0.contains(seen.time) }) {
            return "it is outside the hours \(hours.map(\.description).joined(separator: ", "))"
        }
        return seen.isOnBattery && !worksOnBattery ? "the machine runs on its battery" : nil
    }

    private func reasonOfPressure(_ seen: HostObservation) -> String? {
        guard seen.othersCPU > backgroundLoad else { return nil }
        if let limit = cpuPressure, seen.pressure.cpu > limit {
            return "programs wait for a processor (\(Int(seen.pressure.cpu)) % of the time)"
        }
        if let limit = ioPressure, seen.pressure.io > limit {
            return "programs wait for the disks (\(Int(seen.pressure.io)) % of the time)"
        }
        return nil
    }

    private static func load(_ processors: Double) -> String {
        let tenths = Int((processors * 10).rounded())
        return "other programs use \(tenths / 10).\(tenths % 10) processors"
    }
}

extension Duration {
    /// As people say it: the largest unit that leaves no rest.
    var inWords: String {
        let milliseconds = Int((self / .milliseconds(1)).rounded())
        let units: KeyValuePairs = ["h": 3_600_000, "min": 60_000, "s": 1_000]
        let unit = units.first { milliseconds >= $0.value && milliseconds.isMultiple(of: $0.value) }
        return unit.map { "\(milliseconds / $0.value) \($0.key)" } ?? "\(milliseconds) ms"
    }
}
