/// The file that a trial has made beside its figures, by content: a training's encoder.
///
/// Only its name and its size stand in messages and in the results. The bytes travel on the sockets for blobs, and are on the
/// coordinator's disk before the result is.
package struct TrialArtifact: Hashable, Sendable {
    /// SHA-256 of its bytes.
    package let name: BlobName
    /// In bytes; from 1 to ``sizeLimit``.
    package let size: Int

    /// Bytes of one file, 1 GiB: the largest encoder, VGG-19's, has 80 MB, and a checkpoint of it with Adam three times as much.
    package static let sizeLimit = 1 << 30

    package init(name: BlobName, size: Int) {
        (self.name, self.size) = (name, size)
    }
}
