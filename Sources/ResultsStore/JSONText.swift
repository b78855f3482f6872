/// A value as JSON text, with keys in the order in which they were given.
enum JSONText {
    case object([(String, JSONText)])
    case array([JSONText])
    case text(String)
    case integer(Int)
    case number(Double)
    case null

    /// A setting's canonical spelling as what it spells: a number, a list of numbers, a text, or nothing at all.
    init(setting: String) {
        if setting == TableDefinition.irrelevant {
            self = .null
        } else if let integer = Int(setting), String(integer) == setting {
            self = .integer(integer)
        } else if let number = Double(setting), number.isFinite, "\(number)" == setting {
            self = .number(number)
        } else if setting.hasPrefix("["), setting.hasSuffix("]") {
            self = .array(
                setting.dropFirst().dropLast().split(separator: ",").map { part in
                    JSONText(setting: String(part.drop { $0 == " " }))
                })
        } else {
            self = .text(setting)
        }
    }

    /// The text; what fits stands on one line, and lists and objects of other things have a line for each.
    func written(indent: String = "") -> String {
        let inner = indent + "  "
        func block(_ open: String, _ items: [JSONText], _ texts: [String], _ close: String) -> String {
            let line = open + texts.joined(separator: ", ") + close
            if items.allSatisfy(\.isPlain), line.count <= Self.lineLength { return line }
            return open + "\n" + texts.map { inner + $0 }.joined(separator: ",\n") + "\n" + indent + close
        }
        switch self {
        case .object(let members):
            let texts = members.map { key, value in "\(Self.quoted(key)): \(value.written(indent: inner))" }
            return block("{", members.map(\.1), texts, "}")
        case .array(let elements):
            return block("[", elements, elements.map { $0.written(indent: inner) }, "]")
        case .text(let text): return Self.quoted(text)
        case .integer(let integer): return String(integer)
        // The shortest digits that read back as the same number; JSON has none for what is not finite.
        case .number(let number): return number.isFinite ? "\(number)" : "null"
        case .null: return "null"
        }
    }

    private static let lineLength = 100

    private var isPlain: Bool {
        switch self {
        case .object, .array: false
        case .text, .integer, .number, .null: true
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            // Beside what JSON forbids, whatever a terminal would obey.
            case _ where scalar.value <= 0xFFFF && scalar.isObeyed:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
