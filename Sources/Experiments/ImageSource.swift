/// Where a set of images comes from.
package enum ImageSource: Hashable, Codable, Sendable {
    /// The JPEG and PNG files of a folder in the order of their names; `limit` takes only the first ones.
    case folder(path: String, limit: Int?)
    /// The images of a list, known by the digest of its text; what tasks have in the place of folders.
    case list(ContentDigest)
    /// One image of a single grey value in [0, 1].
    case constant(Double)
    /// Seeded noise images.
    case noise(NoiseKind, count: Int, seed: Int)
    /// Seeded dead-leaves images, whose spectrum falls like a photograph's.
    case leaves(count: Int, seed: Int)
}

package enum NoiseKind: String, CaseIterable, Codable, Sendable {
    /// Each channel of each pixel uniform in [0, 1].
    case uniform
    /// Grey pixels, normal with mean 25/255 and standard deviation 24/255, clipped at 0, as the authors' noise image.
    case authors
}
