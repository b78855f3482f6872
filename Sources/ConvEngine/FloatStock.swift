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

    private struct State {
        /// Blocks from the one given back first to the one given back last.
        var waiting: [Block] = []
        /// Floats of all that wait, of all that somebody has, and the most that somebody had at a time.
        var stocked = 0
        var lent = 0
        var mostLent = 0
    }

    private let state = Mutex(State())

    private static let limit = 1 << 29

    func take(atLeast count: Int) -> Block {
        let capacity = Self.capacity(for: count)
        let stocked = state.withLock { state -> Block? in
            state.lent += capacity
            state.mostLent = max(state.mostLent, state.lent)
            guard let last = state.waiting.lastIndex(where: { $0.capacity == capacity }) else { return nil }
            state.stocked -= capacity
            return state.waiting.remove(at: last)
        }
        return stocked ?? Self.allocate(capacity)
    }

    /// Keeps the block for the next request of its size.
    ///
    /// Sizes have their day at different times, so what waits and what is lent may be half as much again as was ever lent at one
    /// time; and no more than 2 GiB wait, the maps of a training step.
    func give(_ block: Block) {
        let surplus = state.withLock { state -> [Block] in
            state.lent -= block.capacity
            state.stocked += block.capacity
            state.waiting.append(block)
            var surplus: [Block] = []
            while state.stocked + state.lent > state.mostLent / 2 * 3 || state.stocked > Self.limit {
                let oldest = state.waiting.removeFirst()
                state.stocked -= oldest.capacity
                surplus.append(oldest)
            }
            return surplus
        }
        surplus.forEach { UnsafeMutableRawPointer($0.floats).deallocate() }
    }

    /// Overwrites all that waits, so that a test sees whoever reads what was never written.
    package func fill(with value: Float) {
        state.withLock { state in
            for block in state.waiting { block.floats.update(repeating: value, count: block.capacity) }
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
