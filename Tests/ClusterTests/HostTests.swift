import Cluster
import Foundation
import Testing

@Suite("Host")
struct HostTests {
    @Test(arguments: [
        ("processor\t: 0\nmodel name\t: AMD EPYC 7763 64-Core Processor\n", "AMD EPYC 7763 64-Core Processor"),
        ("processor\t: 0\nBogoMIPS\t: 50.00\n", "unknown processor"), ("", "unknown processor"),
    ])
    func `the processor is called what the kernel calls it`(text: String, name: String) {
        #expect(Host.processorName(in: text) == name)
    }

    @Test func `free space is known for a folder that is not there yet`() throws {
        let free = try #require(Host.freeBytes(at: URL(filePath: "/tmp/not/there/yet")))
        #expect(free > 0)
    }
}
