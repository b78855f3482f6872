import Experiments

/// A partial match of points, as `exclude` and the `if` of `when` write it: every setting has one of its values.
struct Rule {
    let conditions: [(key: SettingKey, values: [SettingValue])]
    let place: SweepMistake.Place

    func holds(in settings: TrialSettings) -> Bool {
        conditions.allSatisfy { $0.values.contains(settings[$0.key]) }
    }
}

extension Rule: CustomStringConvertible {
    var description: String {
        let parts = conditions.map { condition in
            let values = condition.values.map(\.description).joined(separator: ", ")
            return "\(condition.key.name): " + (condition.values.count == 1 ? values : "[\(values)]")
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

/// An entry of `when`: axes that only the points have that the rule holds for.
struct ConditionalAxes {
    let rule: Rule
    let axes: [Axis]
}

/// An entry of `include`: a point of its own.
struct Inclusion {
    let assignments: [Assignment]
    let place: SweepMistake.Place
}

extension Inclusion: CustomStringConvertible {
    var description: String {
        "{" + assignments.map(\.description).joined(separator: ", ") + "}"
    }
}
