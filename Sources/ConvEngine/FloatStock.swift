internal import Glibc
import Synchronization

/// The memory that tensors and scratch have given back and that the next ones take.
package final class FloatStock: Sendable {
    package static let shared = FloatStock()

    /// An allocation with one owner.
    struct Block: @unchecked Sendable {
        // Safe because a block is either in the stock or in exactly one ``FloatBuffer``.
        let floats: UnsafeMutablePointer<Float>
        let capacity: Int
    }

    /// Blocks from the one given back first to the one given back last.
    private let waiting = Mutex<[Block]>([])

    /// 256 MiB: two threads' largest maps of VGG-16 at 224x224, four images each.
    private static let limit = 1 << 26

    func take(atLeast count: Int) -> Block {
        let capacity = Self.capacity(for: count)
        let stocked = waiting.withLock { blocks -> Block? in
            blocks.lastIndex { $0.capacity == capacity }.map { blocks.remove(at: $0) }
        }
        return stocked ?? Self.allocate(capacity)
    }

    func give(_ block: Block) {
        let surplus = waiting.withLock { blocks -> [Block] in
            blocks.append(block)
            var total = blocks.reduce(0) { $0 + $1.capacity }
            var surplus: [Block] = []
            while total > Self.limit {
                let oldest = blocks.removeFirst()
                total -= oldest.capacity
                surplus.append(oldest)
            }
            return surplus
        }
        surplus.forEach { UnsafeMutableRawPointer($0.floats).deallocate() }
    }

    /// Overwrites all that waits, so that a test sees whoever reads what was never written.
    package func fill(with value: Float) {
        waiting.withLock { blocks in
            for block in blocks { block.floats.update(repeating: value, count: block.capacity) }
        }
    }

    /// The next of eight sizes between two powers of two, so that similar requests find each other's blocks.
    private static func capacity(for count: Int) -> Int {
        let step = 1 << max(6, Int.bitWidth - 1 - count.leadingZeroBitCount - 3)
        return (count + step - 1) / step * step
    }

    /// Large blocks ask for large pages: a stream of weights is otherwise held up at every 4 KiB.
    private static func allocate(_ capacity: Int) -> Block {
        let bytes = capacity * MemoryLayout<Float>.stride
        let isLarge = bytes >= largePage
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
        // A kernel without large pages says no, and nothing is lost.
        if isLarge { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
        return Block(floats: memory.bindMemory(to: Float.self, capacity: capacity), capacity: capacity)
    }

    /// 2 MiB, on every x86-64.
    private static let largePage = 1 << 21
}
