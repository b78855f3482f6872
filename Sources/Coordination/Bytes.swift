/// Numbers and names in bytes that are no protobuf message: little-endian, one after another.
struct Bytes {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next bytes, so many of them.
    ///
    /// - Throws: `undecodable` where there are fewer.
    mutating func take(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw .undecodable }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(WireError) -> Number {
        try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func identifier<Kind>(_ kind: Identifier<Kind>.Type) throws(WireError) -> Identifier<Kind> {
        let high = try number(UInt64.self)
        return Identifier(high: high, low: try number(UInt64.self))
    }

    mutating func attempt() throws(WireError) -> AttemptName {
        let task = try identifier(TaskID.self)
        let number = try number(UInt64.self)
        guard number > 0, number < UInt64(Int64.max) else { throw .number("attempt") }
        return AttemptName(task, Attempt(number: number))
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        for byte in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }

    mutating func append<Kind>(_ identifier: Identifier<Kind>) {
        append(number: identifier.high)
        append(number: identifier.low)
    }

    mutating func append(_ name: AttemptName) {
        append(name.task)
        append(number: name.attempt.number)
    }
}
