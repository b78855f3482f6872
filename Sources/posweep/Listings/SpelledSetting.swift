import Sweep

/// A setting as JSON: the number, list of numbers or text that its canonical spelling stands for, or null where it cannot matter.
struct SpelledSetting: Encodable {
    let spelling: String

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if spelling == SweepTrial.irrelevant {
            try container.encodeNil()
        } else if let integer = Int(spelling), String(integer) == spelling {
            try container.encode(integer)
        } else if let number = Double(spelling), number.isFinite, "\(number)" == spelling {
            try container.encode(number)
        } else if let numbers {
            try container.encode(numbers)
        } else {
            try container.encode(spelling)
        }
    }

    private var numbers: [Int]? {
        guard spelling.hasPrefix("["), spelling.hasSuffix("]") else { return nil }
        let parts = spelling.dropFirst().dropLast().split(separator: ",").map { Int($0.drop { $0 == " " }) }
        let numbers = parts.compactMap(\.self)
        return numbers.count == parts.count ? numbers : nil
    }
}
