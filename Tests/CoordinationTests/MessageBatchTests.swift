import Coordination
import Testing

@Suite("Messages that travel together")
struct MessageBatchTests {
    @Test func `messages come out in the order in which they went in`() throws {
        var batch = MessageBatch()
        let messages: [[UInt8]] = [[1], [2, 3], Array(repeating: 4, count: 300)]
        let isTaken = messages.map { batch.append($0) }
        #expect(isTaken == [true, true, true])
        let (kind, body) = batch.content
        #expect(kind == .batch)
        #expect(try MessageBatch.messages(in: body) == messages)
    }

    @Test func `a message that is alone travels as itself`() {
        var batch = MessageBatch()
        let whole = [UInt8](repeating: 7, count: Frame.bodyBytesLimit)
        let isTaken = [whole, [1]].map { batch.append($0) }
        #expect(isTaken == [true, false])
        #expect(batch.content == (.message, whole))
    }

    @Test func `a batch never takes more than a frame may have`() {
        var batch = MessageBatch()
        while batch.append([UInt8](repeating: 1, count: 1_000)) {}
        #expect(batch.content.body.count <= Frame.bodyBytesLimit)
        batch = MessageBatch()
        var count = 0
        while batch.append([1]) { count += 1 }
        #expect(count == MessageBatch.messagesLimit)
    }

    @Test(arguments: [[1, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0, 9], [0xff, 0xff, 0xff, 0xff, 9]] as [[UInt8]])
    func `lengths that do not fit the bytes are refused`(body: [UInt8]) {
        #expect(throws: WireError.undecodable) { try MessageBatch.messages(in: body) }
    }

    @Test func `more messages than a turn has time for are refused`() {
        let body = [[UInt8]](repeating: [1, 0, 0, 0, 9], count: MessageBatch.messagesLimit + 1).flatMap { $0 }
        #expect(throws: WireError.count("messages", found: 1_025, largest: 1_024)) {
            try MessageBatch.messages(in: body)
        }
    }
}
