/// What the coordinator answers.
package enum BlobAnswer: Hashable, Sendable {
    /// A blob's bytes, and where the coordinator's host has it, or the images that it lists: another host may share that
    /// folder.
    case described(BlobName, size: Int, path: String?)
    case chunk(BlobName, offset: Int, bytes: [UInt8])
    /// So many bytes of a file that the worker gives are here; all of them when they are checked and on disk.
    case kept(BlobName, bytes: Int)
    case refused(BlobName, BlobRefusal)
}

/// Why the coordinator does not send or take a blob.
package enum BlobRefusal: UInt8, Hashable, Sendable {
    /// No open sweep reads it.
    case notServed = 1
    /// Its file is gone or cannot be read.
    case vanished = 2
    /// Its file is another one than when the sweep was submitted.
    case changed = 3
    /// The role of the worker's key is another one.
    case mayNotWork = 4
    /// What was given is not what its name says.
    case otherContent = 5
    /// It cannot be kept now: the disk is full, as a rule.
    case noRoom = 6
}
