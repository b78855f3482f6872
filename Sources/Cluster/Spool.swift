package import Coordination
import Foundation
import Glibc

/// Finished results on a worker's disk, from before they are offered until they are acknowledged.
///
/// Results that come together are appended to a file as one block and synced; the next file is begun when one has become
/// large, or could not be written. A file goes when all its results are acknowledged.
package struct Spool: Sendable {
    /// Results of earlier processes that are not acknowledged, the oldest first.
    package private(set) var found: [SpoolEntry] = []
    /// What could not be read, as lines for people.
    package private(set) var problems: [String] = []

    private let folder: String
    /// The results in each file that are not acknowledged.
    private var files: [Int: Set<SpoolEntry.Key>] = [:]
    private var places: [SpoolEntry.Key: Int] = [:]
    /// Files that also hold what cannot be read; they are put aside, not removed.
    private var damaged: Set<Int> = []
    private var next = 1
    /// The file that is appended to.
    private var tail: Tail?

    /// Bytes beyond which another file is begun.
    private static let fileBytes = 1 << 20
    private static let suffix = ".results"

    private struct Tail {
        let number: Int
        let file: AppendedFile
        var size = 0
    }

    /// Reads what is there.
    ///
    /// - Throws: `SpoolError` where the folder cannot be read.
    package init(in folder: SpoolFolder) throws(SpoolError) {
        self.folder = folder.path
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw .unusable(folder: folder.path, cause: "\(error)")
        }
        let numbers = names.compactMap { name in
            name.hasSuffix(Self.suffix) ? Int(name.dropLast(Self.suffix.count), radix: 16) : nil
        }
        // A file that was put aside keeps its number.
        next = (names.compactMap { Int($0.prefix { $0 != "." }, radix: 16) }.max() ?? 0) + 1
        for number in numbers.sorted() { readFile(number) }
    }

    private mutating func readFile(_ number: Int) {
        let name = Self.name(of: number)
        guard let bytes = Self.bytes(at: "\(folder)/\(name)") else {
            problems.append("\(folder)/\(name) cannot be read: \(SystemError.text(errno)); it is left where it is")
            return
        }
        let contents = SpoolFile.contents(of: bytes)
        if contents.isNewer {
            problems.append("\(folder)/\(name) is of a later version of posweep; it is left where it is")
            return
        }
        if let damage = contents.damage {
            damaged.insert(number)
            problems.append(
                "\(folder)/\(name): \(damage); it is kept as \(name).damaged, and the trials are computed again")
        }
        for entry in contents.entries {
            if let older = places.updateValue(number, forKey: entry.key) {
                files[older]?.remove(entry.key)
                close(older)
            } else {
                found.append(entry)
            }
            files[number, default: []].insert(entry.key)
        }
        close(number)
    }

    /// Writes results to the disk; when this returns they outlive a power cut.
    ///
    /// - Throws: `SystemError`; then nothing of them is kept.
    package mutating func write(_ entries: [SpoolEntry]) throws(SystemError) {
        let bytes = SpoolFile.bytes(of: entries)
        var tail: Tail
        if let last = self.tail { tail = last } else { tail = try begin() }
        do throws(SystemError) {
            try tail.file.append(bytes, at: tail.size)
            if tail.size == 0 { try Self.synchronize(folder) }
        } catch {
            // What a disk does after it has failed is not built upon.
            self.tail = nil
            close(tail.number)
            throw error
        }
        tail.size += bytes.count
        self.tail = tail.size < Self.fileBytes ? tail : nil
        files[tail.number, default: []].formUnion(entries.map(\.key))
        for entry in entries { places[entry.key] = tail.number }
    }

    private mutating func begin() throws(SystemError) -> Tail {
        let number = next
        next += 1
        return Tail(number: number, file: try AppendedFile("\(folder)/\(Self.name(of: number))"))
    }

    /// Forgets results that are acknowledged.
    package mutating func remove(_ keys: [SpoolEntry.Key]) {
        for key in keys {
            guard let number = places.removeValue(forKey: key) else { continue }
            files[number]?.remove(key)
            close(number)
        }
    }

    /// Removes a file of which nothing is needed any more, or puts it aside.
    ///
    /// Where that fails or a power cut undoes it, results are offered once more, which harms nobody.
    private mutating func close(_ number: Int) {
        guard files[number]?.isEmpty != false else { return }
        files[number] = nil
        if tail?.number == number { tail = nil }
        let path = "\(folder)/\(Self.name(of: number))"
        if damaged.remove(number) != nil {
            unsafe _ = rename(path, path + ".damaged")
        } else {
            unsafe _ = unlink(path)
        }
    }

    // MARK: Files

    private static func name(of number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + suffix
    }

    /// - Returns: nil where it cannot be read, with the reason in `errno`.
    private static func bytes(at path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { return nil }
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= SpoolFile.bytesLimit else {
            errno = EFBIG
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes { place in
                unsafe read(descriptor, place.baseAddress.map { unsafe $0 + count }, place.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { return nil }
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }

    private static func synchronize(_ folder: String) throws(SystemError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError(number: errno) }
    }
}
