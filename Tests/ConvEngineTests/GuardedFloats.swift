import Glibc

/// Floats that end where a page begins that nobody may touch, so that one step too far ends the test.
final class GuardedFloats {
    let floats: UnsafeMutablePointer<Float>
    let count: Int
    private let mapping: UnsafeMutableRawPointer
    private let bytes: Int

    init(_ values: [Float]) {
        count = values.count
        let page = 4_096
        let size = (values.count * 4 + page - 1) / page * page
        bytes = size + page
        guard let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED, mprotect(mapping + size, page, PROT_NONE) == 0
        else { preconditionFailure("no memory with a guard page") }
        self.mapping = mapping
        floats = (mapping + (size - values.count * 4)).bindMemory(to: Float.self, capacity: values.count)
        for (index, value) in values.enumerated() { floats[index] = value }
    }

    deinit {
        munmap(mapping, bytes)
    }

    var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }
}
