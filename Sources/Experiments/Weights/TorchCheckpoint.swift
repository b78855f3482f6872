import Foundation

/// The directory of a `.pth` file, in either of the forms in which PyTorch has written them.
struct TorchCheckpoint {
    let entries: [String: WeightsEntry]

    private static let pickleLimit = 64 << 20

    /// Today's form: a zip archive with `data.pkl` and a member for each storage.
    init(zip file: Data, bad: @escaping (String) -> DataError) throws(DataError) {
        let archive = try ZipArchive(file, bad: bad)
        let pickles = archive.members.filter { $0.key.hasSuffix("/data.pkl") || $0.key == "data.pkl" }
        guard pickles.count == 1, let (name, range) = pickles.first else {
            throw bad(pickles.isEmpty ? "it is a zip file without a 'data.pkl'" : "it has several 'data.pkl'")
        }
        guard range.count <= Self.pickleLimit else { throw bad("its 'data.pkl' has \(range.count) bytes") }
        let folder = name.dropLast("data.pkl".count)
        if let order = archive.members["\(folder)byteorder"], order.count < 16 {
            let text = String(
                decoding: file[(file.startIndex + order.lowerBound)..<(file.startIndex + order.upperBound)],
                as: UTF8.self)
            guard text.hasPrefix("little") else { throw bad("its numbers are stored in \(text)-endian order") }
        }
        var machine = PickleMachine(file, in: range, bad: bad)
        let dictionary = try StateDictionary(try machine.next(), in: machine, bad: bad)
        entries = try dictionary.entries(of: machine, bad: bad) { (storage) throws(DataError) in
            guard let bytes = archive.members["\(folder)data/\(storage.key)"] else {
                throw bad("storage '\(storage.key.prefix(100))' is missing")
            }
            let needed = storage.count.multipliedReportingOverflow(by: storage.type.size)
            guard !needed.overflow, bytes.count >= needed.partialValue else {
                throw bad("storage '\(storage.key.prefix(100))' has \(bytes.count) bytes for \(storage.count) numbers")
            }
            return bytes.lowerBound..<bytes.lowerBound + needed.partialValue
        }
    }

    /// PyTorch's magic number for the form before 1.6, as the long integer of its first pickle.
    private static let legacyMagic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

    /// Whether a file begins as the form before 1.6 does.
    static func isLegacy(_ file: Data) -> Bool {
        file.starts(with: [0x80, 0x02, 0x8a, 0x0a] + legacyMagic)
    }

    /// The form before 1.6: pickles one after another, then for each storage its length and its numbers.
    init(legacy file: Data, bad: @escaping (String) -> DataError) throws(DataError) {
        var machine = PickleMachine(file, in: 0..<file.count, bad: bad)
        guard try machine.next() == .bigInteger(Self.legacyMagic) else { throw bad("it does not begin as one") }
        guard try machine.next() == .integer(1001) else { throw bad("it is of an unknown version") }
        try Self.checkByteOrder(try machine.next(), in: machine, bad: bad)
        let dictionary = try StateDictionary(try machine.next(), in: machine, bad: bad)
        guard case .list(let keys) = try machine.next() else { throw bad("its list of storages is missing") }
        let storages = try Self.storages(machine.lists[keys], of: machine, in: file, bad: bad)
        entries = try dictionary.entries(of: machine, bad: bad) { (storage) throws(DataError) in
            guard let whole = storages[storage.key] else {
                throw bad("storage '\(storage.key.prefix(100))' is missing")
            }
            let (first, count) = (storage.view?.offset ?? 0, storage.view?.count ?? storage.count)
            let end = first.addingReportingOverflow(count)
            guard !end.overflow, end.partialValue <= whole.count / storage.type.size else {
                throw bad("storage '\(storage.key.prefix(100))' has \(whole.count) bytes for \(storage.count) numbers")
            }
            let start = whole.lowerBound + first * storage.type.size
            return start..<start + count * storage.type.size
        }
    }

    /// The third pickle says how the machine that wrote the file stored its numbers.
    private static func checkByteOrder(
        _ system: PickleValue, in machine: PickleMachine, bad: (String) -> DataError
    ) throws(DataError) {
        guard case .dictionary(let number) = system else { throw bad("it does not say who wrote it") }
        let order = machine.dictionaries[number].last { $0.key == .text("little_endian") }?.value
        guard order == nil || order == .bool(true) else { throw bad("its numbers are stored in big-endian order") }
    }

    /// Where each storage's numbers stand, in the order in which the file has them.
    private static func storages(
        _ keys: [PickleValue], of machine: PickleMachine, in file: Data, bad: (String) -> DataError
    ) throws(DataError) -> [String: Range<Int>] {
        let types = Dictionary(machine.storages.map { ($0.key, $0.type) }, uniquingKeysWith: { first, _ in first })
        var storages: [String: Range<Int>] = [:]
        var place = machine.place
        for value in keys {
            guard case .text(let key) = value, let type = types[key], storages[key] == nil else {
                throw bad("its list of storages names one that no tensor has")
            }
            guard let count = file.littleEndian(UInt64.self, at: place).flatMap({ Int(exactly: $0) }) else {
                throw bad("it ends before storage '\(key.prefix(100))'")
            }
            let bytes = count.multipliedReportingOverflow(by: type.size)
            place += 8
            guard !bytes.overflow, bytes.partialValue <= file.count - place else {
                throw bad("storage '\(key.prefix(100))' claims \(count) numbers, more than the file has")
            }
            storages[key] = place..<place + bytes.partialValue
            place += bytes.partialValue
        }
        return storages
    }
}
