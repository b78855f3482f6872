import Glibc

/// The floats of a file, mapped into memory: read when they are looked at, and given back by the system when it needs room.
///
/// Whoever writes to a tensor of them changes a copy in memory, never the file.
package final class MappedFloats: @unchecked Sendable {
    // Safe because the mapping never changes after `init`, and ``Tensor`` writes only where it holds the one reference.
    private let start: UnsafeMutablePointer<Float>
    private let bytes: Int
    package let count: Int

    /// Maps the first `count` floats of a file.
    ///
    /// - Throws: `MappingError` where the file cannot be opened or has fewer floats than these and a vector's slack.
    package init(of path: String, count: Int) throws(MappingError) {
        let (bytes, overflow) = (count + FloatBuffer.slack).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard count > 0, !overflow else { throw .tooShort(path: path, bytes: 0, needed: count) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, cause: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, cause: String(cString: strerror(errno)))
        }
        guard status.st_size >= bytes else {
            throw .tooShort(path: path, bytes: Int(status.st_size), needed: bytes)
        }
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
        guard let memory, memory != MAP_FAILED else {
            throw .unreadable(path: path, cause: String(cString: strerror(errno)))
        }
        start = memory.bindMemory(to: Float.self, capacity: count + FloatBuffer.slack)
        self.bytes = bytes
        self.count = count
    }

    deinit {
        munmap(start, bytes)
    }

    /// A tensor of this shape whose first value is the float with this number.
    ///
    /// - Precondition: All its values lie in the mapping.
    package func tensor(_ shape: Shape, at first: Int) -> Tensor {
        precondition(first >= 0 && first <= count - shape.count, "a tensor reaches past the mapped floats")
        return Tensor(shape, buffer: FloatBuffer(start + first, count: shape.count, of: self))
    }
}

/// Why a file cannot be mapped.
package enum MappingError: Error, Hashable {
    case unreadable(path: String, cause: String)
    case tooShort(path: String, bytes: Int, needed: Int)
}

extension MappingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let cause): "\(path) cannot be mapped: \(cause)"
        case .tooShort(let path, let bytes, let needed): "\(path) has \(bytes) bytes of at least \(needed)"
        }
    }
}
