package import Experiments

/// A direction of a sweep's grid: what is set at each of its steps.
///
/// An axis of `matrix` sets one setting. A block of `zip` sets several, which move together, and the arms of an
/// ablation set some each.
package struct Axis: Hashable, Sendable {
    /// The name of the setting, of the block, or of the method.
    package let name: String
    /// The names of all settings that it sets, in the order of the file.
    package let keys: [String]
    /// What is set at each step; empty for an axis that can only be drawn from.
    package let steps: [[Assignment]]
    /// What values are drawn from in a random search, where they are not among the steps.
    let interval: Interval?

    /// An axis of one setting.
    package init(_ key: SettingKey, _ values: [SettingValue]) {
        self.init(name: key.name, keys: [key.name], steps: values.map { [Assignment(key, $0)] })
    }

    /// An axis that sets several settings at each step.
    package init(name: String, keys: [String], steps: [[Assignment]]) {
        (self.name, self.keys, self.steps, interval) = (name, keys, steps, nil)
    }

    /// An axis whose values are drawn.
    init(_ interval: Interval) {
        let key = interval.key.name
        (name, keys, steps, self.interval) = (key, [key], [], interval)
    }

    /// What is set at the point with this number in a random search.
    ///
    /// It depends on the seed, the number and the axis' name only: a longer search begins with the shorter one.
    func drawn(seed: Int, point: Int) -> [Assignment] {
        var random = RandomStream(seed: seed, name: "sample \(name) \(point)")
        if let interval { return [Assignment(interval.key, interval.drawn(from: &random))] }
        return steps.isEmpty ? [] : steps[random.integer(below: steps.count)]
    }
}
