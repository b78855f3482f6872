import Coordination
import TestSupport
import Testing

@Suite("What peers say to people")
struct PeersWordsTests {
    @Test(arguments: HostileNames.all)
    func `a host's words come as one line that no terminal obeys, and otherwise as they are`(name: String) throws {
        let hello = Hello(
            worker: WorkerID(high: 1, low: 2), incarnation: 1, host: name, programVersion: name, threads: 1, epoch: 0,
            held: [])
        guard case .hello(let read) = try WorkerMessage(body: WorkerMessage.hello(hello).body) else {
            Issue.record("another message came back")
            return
        }
        for word in [read.host, read.programVersion] {
            #expect(HostileNames.obeyed(by: word) == [] && !word.unicodeScalars.contains("\n"))
        }
        if HostileNames.obeyed(by: name) == [], !name.unicodeScalars.contains("\n") { #expect(read.host == name) }
    }
}
