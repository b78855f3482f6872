import Coordination
import Foundation
import GRDB

extension Identifier {
    /// The sixteen bytes that stand for the identifier in the database, most significant first.
    var data: Data {
        var data = Data(capacity: 16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) { data.append(UInt8(truncatingIfNeeded: half >> shift)) }
        }
        return data
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
    func identifier<Kind>(_ column: String, of _: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let data: Data = self[column], let identifier = Identifier<Kind>(data) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(column) is not an identifier")
        }
        return identifier
    }
}
