import Foundation

/// Reads pickles as PyTorch writes them, and nothing else.
///
/// The opcodes and the names that may be referred to are closed lists; anything else is refused by name. Nothing is run:
/// the three functions of ``PickleGlobal`` are recognised, and what they would make is written down. Each value takes
/// from a budget that follows from the file's size, so that a small file cannot ask for much memory.
struct PickleMachine {
    /// A storage that the pickle refers to.
    struct Storage: Hashable {
        let key: String
        let type: ElementType
        let count: Int
        /// Where it is a part of another one (the legacy form): that one's key, and its first element there.
        let view: View?

        struct View: Hashable {
            let offset: Int
            let count: Int
        }
    }

    /// A tensor that the pickle describes.
    struct Tensor: Hashable {
        let storage: Int
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    private let file: Data
    private let bad: (String) -> DataError
    /// Where the next byte stands.
    private(set) var place: Int
    private let end: Int
    private var budget: Int

    private(set) var lists: [[PickleValue]] = []
    private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    private(set) var tuples: [[PickleValue]] = []
    private(set) var storages: [Storage] = []
    private(set) var tensors: [Tensor] = []
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    private static let textLimit = 4_096
    /// What a value takes at most, with its place in a list and in the memo.
    private static let valueBytes = 128
    /// What even the smallest file may take.
    private static let smallestBudget = 1 << 20

    /// - Parameters:
    ///   - file: The whole file, mapped.
    ///   - range: Where the pickles stand.
    ///   - bad: Makes an error of a cause.
    init(_ file: Data, in range: Range<Int>, bad: @escaping (String) -> DataError) {
        self.file = file
        self.bad = bad
        (place, end) = (range.lowerBound, range.upperBound)
        budget = max(file.count, Self.smallestBudget)
    }

    /// Reads one pickle, up to its end.
    ///
    /// - Returns: What it stands for.
    /// - Throws: What `bad` makes of the opcode, name or length that is refused.
    mutating func next() throws(DataError) -> PickleValue {
        (stack, marks, memo) = ([], [], [:])
        while true {
            let opcode = try byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            try run(opcode)
        }
    }

    // The long switch is the closed list.
    private mutating func run(_ opcode: UInt8) throws(DataError) {
        switch opcode {
        case 0x80:
            let version = try byte()
            guard (2...5).contains(version) else { throw bad("its pickle has protocol \(version)") }
        case 0x95: try skip(8)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popMark()
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "K"): try push(.integer(Int(try byte())))
        case UInt8(ascii: "M"): try push(.integer(Int(try number(UInt16.self))))
        case UInt8(ascii: "J"): try push(.integer(Int(Int32(bitPattern: try number(UInt32.self)))))
        case 0x8a: try push(try longInteger(bytes: Int(try byte())))
        case UInt8(ascii: "G"): try push(.number(Double(bitPattern: try number(UInt64.self).byteSwapped)))
        case UInt8(ascii: "U"), 0x8c: try push(try text(bytes: Int(try byte())))
        case UInt8(ascii: "T"), UInt8(ascii: "X"): try push(try text(bytes: Int(try number(UInt32.self))))
        case UInt8(ascii: ")"): try push(.tuple(try add(tuple: [])))
        case 0x85, 0x86, 0x87:
            let count = Int(opcode) - 0x84
            guard stack.count >= count else { throw bad("its pickle takes more values than there are") }
            let items = Array(stack.suffix(count))
            stack.removeLast(count)
            try push(.tuple(try add(tuple: items)))
        case UInt8(ascii: "t"):
            let items = try popMark()
            try push(.tuple(try add(tuple: items)))
        case UInt8(ascii: "]"):
            lists.append([])
            try push(.list(lists.count - 1))
        case UInt8(ascii: "}"): try push(try emptyDictionary())
        case UInt8(ascii: "a"):
            let item = try pop()
            try append([item])
        case UInt8(ascii: "e"): try append(try popMark())
        case UInt8(ascii: "s"):
            let (value, key) = (try pop(), try pop())
            try set([key, value])
        case UInt8(ascii: "u"): try set(try popMark())
        case UInt8(ascii: "q"): try remember(as: Int(try byte()))
        case UInt8(ascii: "r"): try remember(as: Int(try number(UInt32.self)))
        case 0x94: try remember(as: memo.count)
        case UInt8(ascii: "h"): try recall(Int(try byte()))
        case UInt8(ascii: "j"): try recall(Int(try number(UInt32.self)))
        case UInt8(ascii: "c"):
            let (module, name) = (try line(), try line())
            try push(.global(try global(module, name)))
        case 0x93:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw bad("its pickle refers to something without a name")
            }
            try push(.global(try global(module, name)))
        case UInt8(ascii: "Q"): try push(try persistent(try pop()))
        case UInt8(ascii: "R"), 0x81:
            let (arguments, function) = (try pop(), try pop())
            try push(try reduced(function, arguments))
        case UInt8(ascii: "b"):
            // The attributes of a dictionary, such as a state dict's `_metadata`, say nothing about weights.
            _ = try pop()
            guard case .dictionary? = stack.last else { throw bad("its pickle gives attributes to something else") }
        default: throw bad("its pickle uses opcode 0x\(String(opcode, radix: 16)), which no weights file needs")
        }
    }

    // MARK: Bytes

    private mutating func byte() throws(DataError) -> UInt8 {
        guard place < end else { throw bad("its pickle ends too early") }
        defer { place += 1 }
        return file[file.startIndex + place]
    }

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(DataError) -> Number {
        guard end - place >= Number.bitWidth / 8, let number = file.littleEndian(type, at: place) else {
            throw bad("its pickle ends too early")
        }
        place += Number.bitWidth / 8
        return number
    }

    private mutating func skip(_ count: Int) throws(DataError) {
        guard end - place >= count else { throw bad("its pickle ends too early") }
        place += count
    }

    private mutating func text(bytes count: Int) throws(DataError) -> PickleValue {
        guard count <= Self.textLimit else { throw bad("its pickle holds a text of \(count) bytes") }
        let start = place
        try skip(count)
        try spend(count)
        return .text(String(decoding: file[(file.startIndex + start)..<(file.startIndex + place)], as: UTF8.self))
    }

    private mutating func line() throws(DataError) -> String {
        let start = place
        while try byte() != UInt8(ascii: "\n") {
            guard place - start <= Self.textLimit else { throw bad("its pickle holds a name without an end") }
        }
        return String(decoding: file[(file.startIndex + start)..<(file.startIndex + place - 1)], as: UTF8.self)
    }

    private mutating func longInteger(bytes count: Int) throws(DataError) -> PickleValue {
        let start = place
        try skip(count)
        try spend(count)
        let bytes = Array(file[(file.startIndex + start)..<(file.startIndex + place)])
        guard count <= 8 else { return .bigInteger(bytes) }
        let isNegative = (bytes.last ?? 0) >= 0x80
        let bits = bytes.enumerated().reduce(isNegative ? ~UInt64(0) : 0) { bits, item in
            (bits & ~(0xff << (8 * UInt64(item.offset)))) | UInt64(item.element) << (8 * UInt64(item.offset))
        }
        return .integer(Int(bitPattern: UInt(bits)))
    }

    // MARK: Values

    private mutating func spend(_ bytes: Int) throws(DataError) {
        budget -= bytes
        guard budget >= 0 else { throw bad("its pickle would take more memory than the file") }
    }

    private mutating func push(_ value: PickleValue) throws(DataError) {
        try spend(Self.valueBytes)
        stack.append(value)
    }

    private mutating func pop() throws(DataError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw bad("its pickle takes more values than there are")
        }
        return value
    }

    private mutating func popMark() throws(DataError) -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else {
            throw bad("its pickle ends what it has not begun")
        }
        let items = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return items
    }

    private mutating func add(tuple items: [PickleValue]) throws(DataError) -> Int {
        tuples.append(items)
        return tuples.count - 1
    }

    private mutating func emptyDictionary() throws(DataError) -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    private mutating func append(_ items: [PickleValue]) throws(DataError) {
        guard case .list(let list)? = stack.last else { throw bad("its pickle appends to something that is no list") }
        lists[list] += items
    }

    private mutating func set(_ items: [PickleValue]) throws(DataError) {
        guard case .dictionary(let dictionary)? = stack.last, items.count.isMultiple(of: 2) else {
            throw bad("its pickle sets items of something that is no dictionary")
        }
        for index in stride(from: 0, to: items.count, by: 2) {
            dictionaries[dictionary].append((items[index], items[index + 1]))
        }
    }

    private mutating func remember(as key: Int) throws(DataError) {
        guard let value = stack.last else { throw bad("its pickle remembers what is not there") }
        try spend(Self.valueBytes)
        memo[key] = value
    }

    private mutating func recall(_ key: Int) throws(DataError) {
        guard let value = memo[key] else { throw bad("its pickle recalls what it has not remembered") }
        try push(value)
    }

    private func global(_ module: String, _ name: String) throws(DataError) -> PickleGlobal {
        guard let global = PickleGlobal(module: module, name: name) else {
            let shown = "\(module).\(name)".prefix(100)
            throw bad("its pickle refers to '\(shown)', which is not run — save its state_dict() alone")
        }
        return global
    }

    // MARK: What PyTorch's functions would make

    private mutating func reduced(
        _ function: PickleValue, _ arguments: PickleValue
    ) throws(DataError) -> PickleValue {
        guard case .global(let global) = function, case .tuple(let tuple) = arguments else {
            throw bad("its pickle calls something that has no name")
        }
        let items = tuples[tuple]
        switch global {
        case .orderedDictionary: return try orderedDictionary(items)
        case .rebuildTensor: return try tensor(items)
        case .rebuildParameter:
            guard let data = items.first, case .tensor = data else { throw bad("its pickle holds an odd parameter") }
            return data
        case .storage: throw bad("its pickle calls a storage class")
        }
    }

    /// `OrderedDict()`, or as Python 2 wrote it, `OrderedDict([[key, value], …])`.
    private mutating func orderedDictionary(_ items: [PickleValue]) throws(DataError) -> PickleValue {
        let dictionary = try emptyDictionary()
        guard let pairs = items.first else { return dictionary }
        guard case .list(let list) = pairs, case .dictionary(let number) = dictionary else {
            throw bad("its pickle makes a dictionary of something odd")
        }
        for pair in lists[list] {
            let both: [PickleValue]? =
                switch pair {
                case .list(let pair): lists[pair]
                case .tuple(let pair): tuples[pair]
                default: nil
                }
            guard let both, both.count == 2 else { throw bad("its pickle makes a dictionary of something odd") }
            try spend(Self.valueBytes)
            dictionaries[number].append((both[0], both[1]))
        }
        return dictionary
    }

    /// `(storage, offset, size, stride, …)`.
    private mutating func tensor(_ items: [PickleValue]) throws(DataError) -> PickleValue {
        guard items.count >= 4, case .storage(let storage) = items[0], case .integer(let offset) = items[1],
            let shape = integers(items[2]), let strides = integers(items[3])
        else { throw bad("its pickle describes a tensor in an unknown way") }
        try spend(8 * (shape.count + strides.count))
        tensors.append(Tensor(storage: storage, offset: offset, shape: shape, strides: strides))
        return .tensor(tensors.count - 1)
    }

    /// `('storage', class, key, location, count)`, and in the legacy form what it is a part of.
    private mutating func persistent(_ value: PickleValue) throws(DataError) -> PickleValue {
        guard case .tuple(let tuple) = value, (5...6).contains(tuples[tuple].count),
            tuples[tuple][0] == .text("storage"), case .global(.storage(let type)) = tuples[tuple][1],
            case .text(let key) = tuples[tuple][2], case .integer(let count) = tuples[tuple][4], count >= 0
        else { throw bad("its pickle refers to something other than a storage") }
        var view: Storage.View?
        if tuples[tuple].count == 6, tuples[tuple][5] != .none {
            guard case .tuple(let part) = tuples[tuple][5], tuples[part].count == 3,
                case .integer(let offset) = tuples[part][1], case .integer(let size) = tuples[part][2],
                offset >= 0, size >= 0
            else { throw bad("its pickle describes a part of a storage in an unknown way") }
            view = Storage.View(offset: offset, count: size)
        }
        storages.append(Storage(key: key, type: type, count: count, view: view))
        return .storage(storages.count - 1)
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let tuple) = value else { return nil }
        var integers: [Int] = []
        for item in tuples[tuple] {
            guard case .integer(let integer) = item else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
