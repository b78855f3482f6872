import Cluster
import Coordination
import Foundation
import TestSupport
import Testing

@Suite("Owner's file")
struct OwnerFileTests {
    private func rules(
        _ text: String, asked: OwnerRules.Preset = .dedicated, mode: Int = 0o644
    ) throws -> OwnerRules {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "owner.yaml")
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            return try OwnerFile.rules(asked: asked, in: [folder.appending(path: "missing.yaml"), file]).rules
        }
    }

    @Test func `the owner's word counts, whatever was asked for`() throws {
        let rules = try rules(
            """
            # This is my machine.
            preset: desktop
            start_idle_time: 30min
            hours: ["Mon-Fri 18:00-08:00", Sat-Sun]
            memory: 4GB
            """)
        var expected = OwnerRules(.desktop)
        expected.startIdleTime = .seconds(1_800)
        expected.hours = ["Mon-Fri 18:00-08:00", "Sat-Sun"].compactMap { WorkingHours($0) }
        expected.memory = 4_000_000_000
        #expect(rules == expected)
    }

    @Test func `where the owner names no rules to begin with, those count that were asked for`() throws {
        var expected = OwnerRules(.night)
        expected.threads = 1
        #expect(try rules("threads: 1\n", asked: .night) == expected)
        #expect(try rules("", asked: .desktop) == OwnerRules(.desktop))
        #expect(try OwnerFile.rules(asked: .night, in: []).rules == OwnerRules(.night))
    }

    @Test(arguments: [
        ("preset: evening\n", "1:1: the preset is one of dedicated, desktop, night"),
        ("preset: desktop\nstart_idle: 5min\n", "2:1: unknown key 'start_idle'"),
        ("high_load: much\n", "1:1: 'much' is no value of high_load — it takes a number from 0 to 4096"),
        ("hours: {Mon: 8}\n", "hours is text, not a map"), ("a: *b\n", "aliases"),
        ("- 1\n", "the file is a map, not a list"),
        ("memory: 1\nthreads: many\n", "2:1: 'many' is no value of threads"),
    ])
    func `a mistake keeps the worker from starting, and says where it is`(text: String, message: String) {
        let error = #expect(throws: OwnerFileError.self) { try rules(text) }
        #expect(error?.description.contains(message) == true, "\(error.map(\.description) ?? "")")
    }

    @Test func `a file that others can write to is not the owner's`() {
        let error = #expect(throws: OwnerFileError.self) { try rules("preset: dedicated\n", mode: 0o666) }
        #expect(error?.description.contains("chmod go-w") == true)
    }
}
