import Cluster
import Foundation
import TestSupport
import Testing

@Suite("Places on a host")
struct HostSlotTests {
    @Test func `one worker of a user works on a machine that belongs to somebody, or as many as are let in`() throws {
        try withTemporaryFolder { folder in
            let first = try HostSlot(among: 1, in: folder)
            let error = #expect(throws: HostSlotError.self) { try HostSlot(among: 1, in: folder) }
            #expect(error?.description.contains("--workers-per-host") == true)
            let second = try HostSlot(among: 2, in: folder)
            #expect(throws: HostSlotError.self) { try HostSlot(among: 2, in: folder) }
            withExtendedLifetime((first, second)) {}
        }
    }

    @Test func `whoever ends leaves a place`() throws {
        try withTemporaryFolder { folder in
            for _ in 1...3 { _ = try HostSlot(among: 1, in: folder) }
        }
    }
}
