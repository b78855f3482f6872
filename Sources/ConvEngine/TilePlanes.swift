/// For each of the 36 points one plane, for each tile of a plane its channels.
///
/// The 16 extra floats keep the strides off powers of two, where all tiles would fall into a few sets of the cache, and take
/// what the last vector of a tile writes past its channels.
struct TilePlanes {
    let tileStride: Int
    let planeStride: Int
    private let buffer: FloatBuffer

    init(tiles: Int, channels: Int) {
        tileStride = (channels + 15) / 16 * 16 + 16
        planeStride = tiles * tileStride + 16
        buffer = FloatBuffer(count: 36 * planeStride)
    }

    func plane(_ point: Int) -> UnsafeMutablePointer<Float> { buffer.floats + point &* planeStride }

    func tile(_ tile: Int) -> UnsafeMutablePointer<Float> { buffer.floats + tile &* tileStride }
}
