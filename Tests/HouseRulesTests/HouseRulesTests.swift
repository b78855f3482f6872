import Foundation
import Testing

/// What CONTRIBUTING.md asks for and no compiler checks; each failure says what to do instead.
@Suite("House rules")
struct HouseRulesTests {
    static let sources = (try? SourceTree.swiftFiles(below: "Sources")) ?? []
    static let handWritten = sources.filter { !$0.isGenerated }

    /// Which rooms and libraries each room may import; the diagram of ARCHITECTURE.md as a table.
    static let imports: [String: Set<String>] = [
        "KernelInterface": [],
        "KernelsAVX2": ["KernelInterface", "CProcessor"],
        "KernelsAVX512": ["KernelInterface", "CProcessor"],
        "KernelsPlain": ["KernelInterface", "CProcessor"],
        "ConvEngine": [
            "KernelInterface", "KernelsAVX512", "KernelsAVX2", "KernelsPlain", "CProcessor", "COpenBLAS", "Foundation",
            "Synchronization", "Glibc",
        ],
        "Simulation": ["Coordination", "HeapModule"],
        "Coordination": ["SwiftProtobuf", "DequeModule", "HeapModule", "FoundationEssentials", "Foundation"],
        "Experiments": ["ConvEngine", "CTurboJPEG", "CPNG", "Crypto", "Foundation", "Glibc", "Synchronization"],
        "Sweep": ["Experiments", "Yams", "OrderedCollections", "Crypto", "Foundation"],
        "ResultsStore": [
            "Sweep", "Coordination", "GRDB", "GRDBSQLite", "Foundation", "Glibc", "Synchronization", "Crypto",
        ],
        "Cluster": [
            "ResultsStore", "Sweep", "Coordination", "Experiments", "ConvEngine", "CZeroMQ", "Logging", "Crypto",
            "Foundation", "Glibc", "Synchronization", "Dispatch",
        ],
        "Dashboard": [
            "ResultsStore", "Sweep", "Coordination", "FlyingFox", "FlyingSocks", "Foundation", "Synchronization",
            "Dispatch",
        ],
        "posweep": [
            "Dashboard", "Cluster", "ResultsStore", "Sweep", "Simulation", "Coordination", "Experiments", "ConvEngine",
            "ArgumentParser", "Logging", "Foundation", "Synchronization", "Glibc",
        ],
    ]

    @Test func `the tree is where this test looks for it`() {
        #expect(Self.sources.count > 50)
    }

    @Test(arguments: handWritten)
    func `a room imports only rooms below it`(file: SourceTree.File) throws {
        let allowed = try #require(Self.imports[file.room], "\(file.room) is not a room — see ARCHITECTURE.md")
        for line in file.lines {
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1 else { continue }
            guard index == 0 || ["public", "package", "internal", "private", "fileprivate"].contains(words[0])
            else { continue }
            let module = words[(index + 1)...].first { !["struct", "class", "enum", "func"].contains($0) }
            let name = module.map { String($0.prefix { $0 != "." && $0 != ";" }) } ?? ""
            #expect(allowed.contains(name), "\(file) imports \(name) — move the code to the room that may")
        }
    }

    static let impure = [
        "Date(", "Date.now", "ContinuousClock", "SuspendingClock", ".random(", "SystemRandomNumberGenerator", "await ",
        "print(", "Thread", "FileManager", "ProcessInfo",
    ]

    @Test(arguments: handWritten.filter { ["Coordination", "Simulation", "Sweep"].contains($0.room) }, impure)
    func `the pure rooms read no clock, draw nothing and touch no file`(file: SourceTree.File, word: String) {
        for line in file.lines where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
            #expect(!line.contains(word), "\(file): '\(word)' — hand the value in as an argument")
        }
    }

    @Test(arguments: handWritten)
    func `a file stays within 400 lines`(file: SourceTree.File) {
        #expect(file.lines.count <= 400, "\(file) has \(file.lines.count) lines — split it by idea")
    }

    @Test(arguments: handWritten)
    func `a function stays within 70 lines`(file: SourceTree.File) {
        var start: (line: Int, indentation: Int)?
        for (number, line) in file.lines.enumerated() {
            let trimmed = line.drop { $0 == " " }
            let indentation = line.count - trimmed.count
            if let begun = start {
                guard trimmed.hasPrefix("}"), indentation == begun.indentation else { continue }
                #expect(
                    number - begun.line <= 70, "\(file):\(begun.line + 1): a function of \(number - begun.line) lines")
                start = nil
            } else if trimmed.split(separator: " ").prefix(5).contains("func") || trimmed.hasPrefix("init("),
                line.hasSuffix("{")
            {
                start = (number, indentation)
            }
        }
    }

    @Test(arguments: handWritten)
    func `a file declares what it is named after`(file: SourceTree.File) {
        let name = file.name.dropLast(".swift".count).split(separator: "+").first.map(String.init) ?? ""
        guard name != "main" else { return }
        let kinds = ["struct", "enum", "class", "actor", "protocol", "extension", "func", "typealias", "let"]
        let declared = kinds.contains { kind in
            file.text.range(of: "\\b\(kind) \(name)\\b", options: [.regularExpression, .caseInsensitive]) != nil
        }
        #expect(declared, "\(file) declares nothing named \(name) — rename the file or the type")
    }

    @Test(arguments: handWritten)
    func `names say what a thing is`(file: SourceTree.File) {
        for word in ["Util", "Helper", "Manager", "Handler", "Misc", "Common"] {
            #expect(!file.name.contains(word), "\(file): '\(word)' says nothing — name the idea")
        }
    }

    /// What each of these words is allowed in, with the reason standing beside it in the code.
    static let escapes: [String: Set<String>] = [
        "@unchecked Sendable": [
            "ConvolutionPass.swift", "FloatBuffer.swift", "FloatStock.swift", "MappedFloats.swift",
            "ZeroMQContext.swift",
        ],
        "nonisolated(unsafe)": [], "@preconcurrency": [], "Task.detached": [], "try!": [], "as!": [], "fatalError(": [],
        "TODO": [], "FIXME": [],
    ]

    @Test(arguments: handWritten, escapes.keys.sorted())
    func `the compiler's checks are not switched off`(file: SourceTree.File, word: String) {
        guard Self.escapes[word]?.contains(file.name) != true else { return }
        #expect(!file.text.contains(word), "\(file): '\(word)' — see CONTRIBUTING.md for what to do instead")
    }

    @Test func `every room is on the map`() throws {
        let map = try SourceTree.text(of: "ARCHITECTURE.md")
        let rooms = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.appending(path: "Sources").path)
        for room in rooms {
            #expect(map.contains(room), "ARCHITECTURE.md does not mention Sources/\(room)")
        }
    }

    @Test func `the README's test command is the one that CI runs`() throws {
        let command = "cluster/setup.sh && swift test"
        #expect(try SourceTree.text(of: "README.md").contains(command))
        #expect(try SourceTree.text(of: ".ci/run").contains(command))
    }

    @Test func `the setup script installs every system library that the manifest names`() throws {
        let manifest = try SourceTree.text(of: "Package.swift")
        let script = try SourceTree.text(of: "cluster/setup.sh")
        for match in manifest.matches(of: /\.apt\(\["([^"]+)"\]\)/) {
            #expect(script.contains(match.1), "cluster/setup.sh does not install \(match.1)")
        }
    }
}
