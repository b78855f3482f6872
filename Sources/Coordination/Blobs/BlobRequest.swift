/// What a worker asks for on the sockets for blobs.
package enum BlobRequest: Hashable, Sendable {
    /// How large is it, and where is it kept?
    case describe(BlobName)
    /// Send so many bytes from this offset on; at most ``Policy/chunkBytes``, in one message.
    ///
    /// Whoever asks has room for the answer, so what is asked for and not answered is the credit that is taken.
    case want(BlobName, offset: Int, bytes: Int)
}
