/// What a worker asks for, or gives, on the sockets for blobs.
package enum BlobRequest: Hashable, Sendable {
    /// How large is it, and where is it kept?
    case describe(BlobName)
    /// Send so many bytes from this offset on; at most ``Policy/chunkBytes``, in one message.
    ///
    /// Whoever asks has room for the answer, so what is asked for and not answered is the credit that is taken.
    case want(BlobName, offset: Int, bytes: Int)
    /// I have a file of this size for you, from 1 to ``TrialArtifact/sizeLimit``: how much of it do you have?
    case keep(BlobName, size: Int)
    /// A piece of it, behind all before; at most ``Policy/chunkBytes``.
    case put(BlobName, size: Int, offset: Int, bytes: [UInt8])

    /// What it is about.
    package var name: BlobName {
        switch self {
        case .describe(let name), .want(let name, _, _), .keep(let name, _), .put(let name, _, _, _): name
        }
    }
}
