import Foundation

/// What strangers may call their sweeps, files and hosts: the table that tests in Swift and in Python share.
package enum HostileNames {
    /// Names by whom they are meant for.
    package static let byAim: [String: [String]] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "hostile-names.json")
        // Without the table there is nothing to test; an empty one fails what expects some.
        return (try? JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: file))) ?? [:]
    }()

    package static let all = byAim.keys.sorted().flatMap { byAim[$0] ?? [] }

    /// What a text holds that a terminal would obey, but for its line breaks; empty where it is fit for one.
    package static func obeyed(by text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
            default: false
            }
        }
    }
}
