/// A line of an owner's file that says nothing we understand.
package struct OwnerRuleError: Error, Hashable, CustomStringConvertible {
    package let key: String
    package let value: String
    package let expected: String

    package var description: String { "'\(value.prefix(80))' is no value of \(key) — it takes \(expected)" }
}

extension OwnerRules {
    /// What an owner's file may say of the rules, beside `preset`.
    package static let keys = [
        "input", "start_idle_time", "continue_idle_time", "keyboard_busy_time", "load", "background_load", "high_load",
        "cpu_busy_time", "cpu_pressure", "memory_pressure", "io_pressure", "spare_memory", "on_battery", "hours",
        "max_suspend_time", "max_vacate_time", "memory", "cache_limit", "threads",
    ]

    /// Changes a rule.
    ///
    /// - Parameters:
    ///   - key: One of ``keys``.
    ///   - values: What stands behind it; several only of `hours`.
    /// - Throws: Where it is no value of this rule.
    package mutating func set(_ key: String, to values: [String]) throws(OwnerRuleError) {
        if key == "hours" {
            var hours: [WorkingHours] = []
            for value in values {
                guard let span = WorkingHours(value) else {
                    throw OwnerRuleError(
                        key: key, value: value, expected: "days and times of a day, as Mon-Fri 19:00-07:00 or Sat-Sun")
                }
                hours.append(span)
            }
            self.hours = hours
            return
        }
        guard values.count == 1, let value = values.first else {
            throw OwnerRuleError(key: key, value: values.joined(separator: ", "), expected: "one value")
        }
        switch key {
        case "input": watchesInput = try Self.word(value, of: key, "watch", "ignore")
        case "load": watchesLoad = try Self.word(value, of: key, "watch", "ignore")
        case "on_battery": worksOnBattery = try Self.word(value, of: key, "work", "wait")
        case "start_idle_time": startIdleTime = try Self.time(value, of: key)
        case "continue_idle_time": continueIdleTime = try Self.time(value, of: key)
        case "keyboard_busy_time": keyboardBusyTime = try Self.time(value, of: key)
        case "cpu_busy_time": cpuBusyTime = try Self.time(value, of: key)
        case "max_suspend_time": maxSuspendTime = try Self.time(value, of: key)
        case "max_vacate_time": maxVacateTime = try Self.time(value, of: key)
        case "background_load": backgroundLoad = try Self.number(value, of: key, upTo: 4096)
        case "high_load": highLoad = try Self.number(value, of: key, upTo: 4096)
        case "cpu_pressure": cpuPressure = try Self.pressure(value, of: key)
        case "memory_pressure": memoryPressure = try Self.pressure(value, of: key)
        case "io_pressure": ioPressure = try Self.pressure(value, of: key)
        case "spare_memory": spareMemory = try Self.bytes(value, of: key)
        case "memory": memory = try Self.bytes(value, of: key, atLeast: 64e6)
        case "cache_limit": cacheLimit = try Self.bytes(value, of: key)
        case "threads": threads = max(1, Int(try Self.number(value, of: key, upTo: 256)))
        default: throw OwnerRuleError(key: key, value: value, expected: "nothing: there is no such rule")
        }
    }

    private static func word(
        _ value: String, of key: String, _ yes: String, _ no: String
    ) throws(OwnerRuleError) -> Bool {
        guard value == yes || value == no else {
            throw OwnerRuleError(key: key, value: value, expected: "\(yes) or \(no)")
        }
        return value == yes
    }

    private static func pressure(_ value: String, of key: String) throws(OwnerRuleError) -> Double? {
        value == "any" ? nil : try number(value, of: key, upTo: 100)
    }

    private static func number(
        _ value: String, of key: String, upTo largest: Int
    ) throws(OwnerRuleError) -> Double {
        guard let number = Double(value), (0...Double(largest)).contains(number) else {
            throw OwnerRuleError(key: key, value: value, expected: "a number from 0 to \(largest)")
        }
        return number
    }

    private static func time(_ value: String, of key: String) throws(OwnerRuleError) -> Duration {
        let units: KeyValuePairs = ["ms": 0.001, "min": 60.0, "s": 1.0, "h": 3_600.0]
        let unit = units.first { value.hasSuffix($0.key) }
        guard let unit, let number = Double(value.dropLast(unit.key.count)), (0...1e6).contains(number * unit.value)
        else { throw OwnerRuleError(key: key, value: value, expected: "a time, as 15min, 10s or 500ms") }
        return .seconds(number * unit.value)
    }

    private static func bytes(
        _ value: String, of key: String, atLeast least: Double = 0
    ) throws(OwnerRuleError) -> Int {
        let units: KeyValuePairs = ["TB": 1e12, "GB": 1e9, "MB": 1e6]
        let unit = units.first { value.hasSuffix($0.key) }
        guard let unit, let number = Double(value.dropLast(unit.key.count)),
            (least...1e15).contains(number * unit.value)
        else {
            throw OwnerRuleError(
                key: key, value: value, expected: "a size, as 500MB or 2GB\(least > 0 ? ", of at least 64MB" : "")")
        }
        return Int(number * unit.value)
    }
}
