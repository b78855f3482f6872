import Coordination
import Foundation
import GRDB

extension Identifier {
    /// The sixteen bytes that stand for the identifier in the database, most significant first.
    var data: Data {
        unsafe withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in unsafe Data(bytes) }
    }

    /// The identifier of these bytes, or nil where there are not sixteen.
    init?(_ data: Data) {
        guard data.count == 16 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for byte in data.prefix(8) { halves.high = halves.high << 8 | UInt64(byte) }
        for byte in data.suffix(8) { halves.low = halves.low << 8 | UInt64(byte) }
        self.init(high: halves.high, low: halves.low)
    }
}

extension Row {
    /// The identifier in a column.
    func identifier<Kind>(at column: Int, of _: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let data = self[column] as Data?, let identifier = Identifier<Kind>(data) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a column holds no identifier")
        }
        return identifier
    }
}
