/// The bytes of a file in a worker's spool: one block after another, each of results that went to the disk together.
///
///     magic "PSWPSPOL" · version u16 · zero u16 · results u32 · CRC-32C of these 16 bytes u32
///
/// and for each result, each checked by itself so that the others survive its damage,
///
///     bytes u32 · CRC-32C of them u32 · cluster 16 bytes · the result, an `Offer` of Protocol.proto with all its values
///
/// All numbers are little-endian.
package enum SpoolFile {
    /// The largest file that is read; writers begin another one long before.
    package static let bytesLimit = 4 * FinishedTrial.bytesLimit

    private static let magic: [UInt8] = Array("PSWPSPOL".utf8)
    private static let version: UInt16 = 1

    /// What stands in a file.
    package struct Contents: Hashable, Sendable {
        /// The results that are whole.
        package var entries: [SpoolEntry] = []
        /// What is wrong with the others; nil where nothing is.
        package var damage: String?
        /// Whether a later version of this program has written the file; it is not for us to judge.
        package var isNewer = false

        package init(entries: [SpoolEntry] = []) {
            self.entries = entries
        }
    }

    /// One block.
    package static func bytes(of entries: [SpoolEntry]) -> [UInt8] {
        var file = magic
        file.append(number: version)
        file.append(number: UInt16(0))
        file.append(number: UInt32(clamping: entries.count))
        file.append(number: CRC32C.checksum(of: file))
        for entry in entries {
            var body: [UInt8] = []
            body.append(entry.key.cluster)
            body += FinishedTrial.bytes(of: entry.result, entry.key.trial, entry.key.name)
            file.append(number: UInt32(clamping: body.count))
            file.append(number: CRC32C.checksum(of: body))
            file += body
        }
        return file
    }

    /// What can be read of a file, in whatever state it is.
    package static func contents(of file: [UInt8]) -> Contents {
        var contents = Contents()
        var bytes = Bytes(file[...])
        var (expected, cause): (Int, WireError?) = (0, nil)
        repeat {
            let start = bytes.rest.count
            let count: Int
            do throws(WireError) {
                count = try head(&bytes, &contents)
            } catch {
                // A block whose length is wrong takes those behind it along.
                contents.damage =
                    start == file.count
                    ? "its head cannot be read: \(error)" : "\(start) bytes follow its last result"
                break
            }
            if contents.isNewer { return contents }
            expected += count
            // Every result takes some bytes, so their number is bounded by those that are there.
            for _ in 0..<count where !bytes.rest.isEmpty {
                do throws(WireError) {
                    contents.entries.append(try entry(&bytes))
                } catch {
                    cause = cause ?? error
                }
            }
        } while !bytes.rest.isEmpty
        let lost = expected - contents.entries.count
        if lost > 0 {
            contents.damage = "\(lost) of its \(expected) results cannot be read: \(cause ?? .undecodable)"
        }
        return contents
    }

    /// How many results a block has.
    private static func head(_ bytes: inout Bytes, _ contents: inout Contents) throws(WireError) -> Int {
        let head = try bytes.take(magic.count + 8)
        guard CRC32C.checksum(of: head) == (try bytes.number(UInt32.self)) else { throw .checksum }
        guard Array(head.prefix(magic.count)) == magic else { throw .magic }
        var fields = Bytes(head.dropFirst(magic.count))
        contents.isNewer = try fields.number(UInt16.self) > version
        _ = try fields.number(UInt16.self)
        return Int(try fields.number(UInt32.self))
    }

    private static func entry(_ bytes: inout Bytes) throws(WireError) -> SpoolEntry {
        let (length, checksum) = (try bytes.number(UInt32.self), try bytes.number(UInt32.self))
        var body = Bytes(try bytes.take(min(Int(length), bytes.rest.count)))
        guard body.rest.count == length, CRC32C.checksum(of: body.rest) == checksum else { throw .checksum }
        let cluster = try body.identifier(ClusterID.self)
        let (name, trial, result) = try FinishedTrial.reading(body.rest)
        return SpoolEntry(SpoolEntry.Key(cluster, name, trial), result)
    }
}
