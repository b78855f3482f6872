import Foundation
import SwiftProtobuf

// Each field of a foreign message passes through one of these before anything is made of it.

extension Identifier {
    init(reading bytes: Data, _ field: String) throws(WireError) {
        guard bytes.count == 16 else { throw .identifier(field, bytes: bytes.count) }
        let halves = [bytes.prefix(8), bytes.suffix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1])
    }

    var wireBytes: Data {
        Data([high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } })
    }
}

extension AttemptName {
    init(_ wire: WireAttempt) throws(WireError) {
        guard wire.attempt > 0, wire.attempt < UInt64(Int64.max) else { throw .number("attempt") }
        self.init(try TaskID(reading: wire.task, "task"), Attempt(number: wire.attempt))
    }

    var wire: WireAttempt {
        .with { wire in
            wire.task = task.wireBytes
            wire.attempt = attempt.number
        }
    }
}

enum WireReading {
    static func text(
        _ text: String, _ field: String, atMost largest: Int = Policy.textLimit
    ) throws(WireError) -> String {
        guard text.utf8.count <= largest else { throw .text(field, bytes: text.utf8.count, largest: largest) }
        return text
    }

    /// What a peer says to people, in one line: without line breaks, and without what a terminal would obey.
    static func line(_ text: String, _ field: String) throws(WireError) -> String {
        let text = try Self.text(text, field)
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: false
                    default: true
                    }
                }))
    }

    static func number<Number: BinaryInteger>(
        _ number: Number, _ field: String, atMost largest: Int
    ) throws(WireError) -> Int {
        guard let value = Int(exactly: number), (0...largest).contains(value) else { throw .number(field) }
        return value
    }

    static func finite(_ number: Double, _ field: String) throws(WireError) -> Double {
        guard number.isFinite else { throw .number(field) }
        return number
    }

    static func list<Wire, Value>(
        _ list: [Wire], _ field: String, atMost largest: Int, _ read: (Wire) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        guard list.count <= largest else { throw .count(field, found: list.count, largest: largest) }
        var values: [Value] = []
        values.reserveCapacity(list.count)
        for wire in list { values.append(try read(wire)) }
        return values
    }

    static func hashes(
        _ hashes: [UInt64], _ field: String, atMost largest: Int
    ) throws(WireError) -> [UInt64] {
        guard hashes.count <= largest else { throw .count(field, found: hashes.count, largest: largest) }
        return hashes
    }

    static func attempts(_ wire: [WireAttempt], _ field: String) throws(WireError) -> [AttemptName] {
        try list(wire, field, atMost: Policy.heldLimit) { (wire) throws(WireError) in try AttemptName(wire) }
    }

    static func envelope(_ body: [UInt8]) throws(WireError) -> WireEnvelope.OneOf_Content {
        guard body.count <= Frame.bodyBytesLimit else { throw .bodySize(body.count) }
        do {
            guard let content = try WireEnvelope(serializedBytes: body).content else {
                throw WireError.unexpectedContent
            }
            return content
        } catch let error as WireError {
            throw error
        } catch {
            throw .undecodable
        }
    }

    /// The body of an envelope; every field is of a type that can be written.
    static func body(_ content: WireEnvelope.OneOf_Content) -> [UInt8] {
        let envelope = WireEnvelope.with { $0.content = content }
        do {
            return try envelope.serializedBytes()
        } catch {
            preconditionFailure("a message without required fields can always be written: \(error)")
        }
    }
}
