import Foundation
import Testing

@testable import Cluster

/// Command lines and coordinators of different versions.
@Suite("Requests between versions")
struct ClientRequestTests {
    private func answer(_ json: String) throws -> ClientAnswer {
        try JSONDecoder().decode(ClientAnswer.self, from: Data(json.utf8))
    }

    @Test func `what an earlier coordinator answers is read, without what it does not say`() throws {
        #expect(try answer(#"{"explained":{"_0":["task 1 is waiting"]}}"#) == .explained(["task 1 is waiting"]))
        let submitted = #"{"submitted":{"name":"a","added":1,"kept":0,"withdrawn":0,"finished":0,"reused":0}}"#
        #expect(
            try answer(submitted)
                == .submitted(name: "a", added: 1, kept: 0, withdrawn: 0, finished: 0, reused: 0, isPaused: nil))
    }

    /// An earlier coordinator would take a request to retry with something more in it for one to retry everything.
    @Test func `a request for single trials is one that an earlier coordinator does not know`() throws {
        let json = try JSONSerialization.jsonObject(
            with: JSONEncoder().encode(ClientRequest.retryTrials(sweep: "a", trials: ["3b67"])))
        #expect((json as? [String: Any])?.keys.sorted() == ["retryTrials"])
    }
}
