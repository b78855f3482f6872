import Coordination

/// A fetching over one connection, until nothing is on its way any more.
protocol BlobFetch {
    var transfer: BlobTransfer { get set }
    var connection: BlobConnection { get }
    /// How far it is, for people.
    var progress: String { get }

    mutating func carryOut(_ effect: BlobTransfer.Effect) throws
}

extension BlobFetch {
    /// Turns messages into events until nothing is on its way.
    mutating func follow(_ report: (String) throws -> Void) throws {
        while !transfer.isDone {
            try report(connection.trouble.map { "fetching: \($0)" } ?? progress)
            for event in try connection.events() {
                try handle(event)
                if transfer.isDone { break }
            }
        }
    }

    mutating func handle(_ event: BlobTransfer.Event) throws {
        for effect in transfer.handle(event, at: connection.now) { try carryOut(effect) }
    }
}
