/// What the coordinator answers.
package enum BlobAnswer: Hashable, Sendable {
    /// A blob's bytes, and where the coordinator's host has it, or the images that it lists: another host may share that
    /// folder.
    case described(BlobName, size: Int, path: String?)
    case chunk(BlobName, offset: Int, bytes: [UInt8])
    case refused(BlobName, BlobRefusal)
}

/// Why the coordinator does not send a blob.
package enum BlobRefusal: UInt8, Hashable, Sendable {
    /// No open sweep reads it.
    case notServed = 1
    /// Its file is gone or cannot be read.
    case vanished = 2
    /// Its file is another one than when the sweep was submitted.
    case changed = 3
    /// The role of the worker's key is another one.
    case mayNotWork = 4
}
