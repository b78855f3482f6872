package import Coordination
package import Foundation
import Sweep

/// The file in which a machine's owner says what others may have of it.
package enum OwnerFile {
    /// Where it is looked for: the whole machine's first, then the user's own.
    ///
    /// - Parameter root: The folder that stands for the host's root.
    /// - Returns: The two paths.
    package static func places(root: URL = URL(filePath: "/")) -> [URL] {
        let environment = ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"]
        let home =
            environment.flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".config")
        return [root.appending(path: "etc"), home].map { $0.appending(path: "posweep/owner.yaml") }
    }

    /// The rules of a machine: those of its owner's file, or else of what was asked for.
    ///
    /// - Parameters:
    ///   - asked: The rules to begin with where the file does not say which.
    ///   - places: Where the file is looked for; the first one counts, and no other.
    /// - Returns: The rules, and the file that they are from, if there is one.
    /// - Throws: `OwnerFileError`.
    package static func rules(
        asked: OwnerRules.Preset, in places: [URL]
    ) throws(OwnerFileError) -> (rules: OwnerRules, file: URL?) {
        for place in places {
            let text: String
            do throws(KeyError) {
                text = try PrivateFile.text(at: place.path, isSecret: false)
            } catch {
                if case .missing = error { continue }
                throw .unusable(error.problemOfOwnerFile)
            }
            return (try rules(asked: asked, text, path: place.path), place)
        }
        return (OwnerRules(asked), nil)
    }

    private static func rules(
        asked: OwnerRules.Preset, _ text: String, path: String
    ) throws(OwnerFileError) -> OwnerRules {
        let settings: FlatSettings
        do throws(SweepError) {
            settings = try FlatSettings(text, path: path, known: ["preset"] + OwnerRules.keys)
        } catch {
            throw .mistakes(error.description)
        }
        let preset = try settings.entries.first { $0.key == "preset" }.map { entry throws(OwnerFileError) in
            let names = OwnerRules.Preset.allCases.map(\.rawValue)
            guard entry.values.count == 1, let preset = OwnerRules.Preset(rawValue: entry.values[0]) else {
                throw .mistakes("\(entry.place): the preset is one of \(names.joined(separator: ", "))")
            }
            return preset
        }
        var rules = OwnerRules(preset ?? asked)
        var mistakes: [String] = []
        for entry in settings.entries where entry.key != "preset" {
            do throws(OwnerRuleError) {
                try rules.set(entry.key, to: entry.values)
            } catch {
                mistakes.append("\(entry.place): \(error)")
            }
        }
        guard mistakes.isEmpty else { throw .mistakes(mistakes.joined(separator: "\n")) }
        return rules
    }
}

/// Why an owner's file cannot be followed; a worker does not start without.
package enum OwnerFileError: Error, Hashable, CustomStringConvertible {
    case unusable(String)
    /// One line for each.
    case mistakes(String)

    package var description: String {
        switch self {
        case .unusable(let text), .mistakes(let text): text
        }
    }
}

extension KeyError {
    fileprivate var problemOfOwnerFile: String {
        switch self {
        case .open(let path, _, _):
            "others than its owner can write to \(path), and so decide what they may have — chmod go-w \(path)"
        case .malformed(let path, let problem): "\(path) is no owner's file: \(problem)"
        default: description
        }
    }
}
