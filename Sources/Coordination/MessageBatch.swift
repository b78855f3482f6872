/// Messages that travel together in the body of one frame, since a frame costs more than a small message does.
///
/// Each stands behind its length in four bytes, little-endian. A message that is alone travels as itself.
package struct MessageBatch: Hashable, Sendable {
    /// Messages in one frame; with them the receiver's turn stays a matter of milliseconds.
    package static let messagesLimit = 1_024
    private static let lengthBytes = 4

    private var messages: [[UInt8]] = []
    private var bytes = 0

    package init() {}

    package var isEmpty: Bool { messages.isEmpty }

    /// Takes a message in, unless the frame would become too large.
    ///
    /// - Returns: Whether there was room; there always is in an empty batch.
    package mutating func append(_ message: [UInt8]) -> Bool {
        let larger = bytes + Self.lengthBytes + message.count
        guard isEmpty || (larger <= Frame.bodyBytesLimit && messages.count < Self.messagesLimit) else { return false }
        messages.append(message)
        bytes = larger
        return true
    }

    /// The kind and the body of the frame that carries the messages.
    package var content: (kind: Frame.Kind, body: [UInt8]) {
        if messages.count == 1 { return (.message, messages[0]) }
        var body: [UInt8] = []
        body.reserveCapacity(bytes)
        for message in messages {
            for byte in 0..<Self.lengthBytes { body.append(UInt8(truncatingIfNeeded: message.count >> (8 * byte))) }
            body += message
        }
        return (.batch, body)
    }

    /// The messages in the body of a frame that carries several.
    ///
    /// - Throws: `undecodable` where lengths and bytes do not agree, `count` where there are too many.
    package static func messages(in body: [UInt8]) throws(WireError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = body[...]
        while !rest.isEmpty {
            guard rest.count > lengthBytes else { throw .undecodable }
            let length = rest.prefix(lengthBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(lengthBytes)
            guard length <= rest.count else { throw .undecodable }
            guard messages.count < messagesLimit else {
                throw .count("messages", found: messages.count + 1, largest: messagesLimit)
            }
            messages.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return messages
    }
}
