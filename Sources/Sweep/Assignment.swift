package import Experiments

/// A setting and the value that a sweep gives it.
package struct Assignment: Hashable, Sendable {
    package let key: SettingKey
    package let value: SettingValue

    package init(_ key: SettingKey, _ value: SettingValue) {
        self.key = key
        self.value = value
    }

    package static func == (one: Assignment, other: Assignment) -> Bool {
        one.key.name == other.key.name && one.value == other.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key.name)
        hasher.combine(value)
    }
}

extension Assignment: CustomStringConvertible {
    package var description: String { "\(key.name): \(value)" }
}

extension TrialSettings {
    mutating func assign(_ assignments: [Assignment]) {
        for assignment in assignments { self[assignment.key] = assignment.value }
    }
}
