import Synchronization

/// Uninitialised floats, aligned to 64 bytes, that are reused when nobody refers to them any more; or floats of a mapped file.
///
/// A forward pass asks for the same sizes image after image. Fresh memory would cost a page fault for every 4 KiB, about
/// a tenth of the time of VGG-16, so what is given back waits in a stock for the next request of its size.
///
/// `count` may be read and written; another ``slack`` floats may be read, so that a vector load at the last value stays
/// inside the allocation.
final class FloatBuffer: @unchecked Sendable {
    // Safe because the pointer never changes, and ``Tensor`` writes through it only while it holds the one reference.
    let floats: UnsafeMutablePointer<Float>
    /// How many floats it has.
    let count: Int
    private let owner: Owner

    private enum Owner {
        case stock(FloatStock.Block)
        case mapping(MappedFloats)
    }

    /// How many floats may be read past the end.
    static let slack = 16

    init(count: Int) {
        let block = FloatStock.shared.take(atLeast: count + Self.slack)
        (floats, self.count, owner) = (block.floats, count, .stock(block))
    }

    /// Floats of a mapping, which lives as long as they do.
    init(_ floats: UnsafeMutablePointer<Float>, count: Int, of mapping: MappedFloats) {
        (self.floats, self.count, owner) = (floats, count, .mapping(mapping))
    }

    deinit {
        if case .stock(let block) = owner { FloatStock.shared.give(block) }
    }
}
