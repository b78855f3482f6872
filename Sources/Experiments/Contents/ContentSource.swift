/// Something on a disk that decides results, as a sweep file names it.
package enum ContentSource: Hashable, Sendable {
    /// The images of a folder, the first ones where there is a limit.
    case images(folder: String, limit: Int?)
    /// The part of a weights file that an encoder has.
    case weights(file: String, EncoderName)
}

extension ImageSource {
    /// What has to be read from a disk for it; nil where the images are drawn, or known by their content already.
    package var content: ContentSource? {
        if case .folder(let path, let limit) = self { .images(folder: path, limit: limit) } else { nil }
    }

    /// The same images, known by their content.
    package func listed(in contents: [ContentSource: ContentDigest]) -> ImageSource {
        content.flatMap { contents[$0] }.map(ImageSource.list) ?? self
    }
}
