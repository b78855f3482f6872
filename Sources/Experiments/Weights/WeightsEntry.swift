import Foundation

/// A tensor in a weights file: what it is and where its numbers stand.
package struct WeightsEntry: Hashable, Sendable {
    package let type: ElementType
    package let shape: [Int]
    /// For each dimension how far apart two neighbours stand, in elements.
    let strides: [Int]
    /// From the first number to the last, counted from the file's first byte.
    let bytes: Range<Int>

    /// How many numbers it has.
    package var count: Int { shape.reduce(1, *) }

    private static let dimensionsLimit = 8

    /// A tensor in a storage, checked: each of its numbers lies there, and it has no more of them than the storage.
    ///
    /// - Parameters:
    ///   - type: What its numbers are.
    ///   - shape: Its shape.
    ///   - strides: Nil where the numbers stand in row-major order without gaps.
    ///   - offset: The first number's place in the storage, in elements.
    ///   - storage: Where the storage's bytes stand in the file.
    /// - Returns: The entry, or what is wrong with it.
    static func checked(
        _ type: ElementType, shape: [Int], strides: [Int]? = nil, offset: Int = 0, storage: Range<Int>
    ) -> Result<WeightsEntry, Mistake> {
        guard shape.count <= dimensionsLimit else { return .failure(Mistake("has too many dimensions")) }
        guard strides == nil || strides?.count == shape.count, offset >= 0 else {
            return .failure(Mistake("has shape \(shape) and strides \(strides ?? [])"))
        }
        var (count, rowMajor) = (1, [Int](repeating: 1, count: shape.count))
        for dimension in shape.indices.reversed() {
            rowMajor[dimension] = count
            let product = count.multipliedReportingOverflow(by: shape[dimension])
            guard shape[dimension] >= 0, !product.overflow else { return .failure(Mistake("has shape \(shape)")) }
            count = product.partialValue
        }
        let steps = strides ?? rowMajor
        var last = offset
        for (extent, step) in zip(shape, steps) where count > 0 {
            let reach = (extent - 1).multipliedReportingOverflow(by: step)
            let sum = last.addingReportingOverflow(reach.partialValue)
            guard step >= 0, !reach.overflow, !sum.overflow else {
                return .failure(Mistake("has shape \(shape) and strides \(steps)"))
            }
            last = sum.partialValue
        }
        let elements = storage.count / type.size
        guard count == 0 || last < elements, count <= elements else {
            return .failure(Mistake("of shape \(shape) needs more than the \(storage.count) bytes that it has"))
        }
        let first = storage.lowerBound + (count == 0 ? 0 : offset * type.size)
        let end = count == 0 ? first : storage.lowerBound + (last + 1) * type.size
        return .success(WeightsEntry(type: type, shape: shape, strides: steps, bytes: first..<end))
    }

    /// What is wrong with a tensor, to be put behind its name.
    struct Mistake: Error {
        let cause: String

        init(_ cause: String) {
            self.cause = cause
        }
    }

    /// The numbers in row-major order; nil where they are of another type than weights have.
    ///
    /// - Precondition: The file is the one that the entry was made for.
    func values(in file: Data) -> [Float]? {
        guard count > 0 else { return [] }
        return unsafe file.withUnsafeBytes { file -> [Float]? in
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: file[bytes])
            func number(_ index: Int) -> UInt16 {
                UInt16(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
            }
            return switch type {
            case .float32:
                gathered { index in
                    let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            case .float16: gathered { Float(Float16(bitPattern: number($0))) }
            case .bfloat16: gathered { Float(bitPattern: UInt32(number($0)) << 16) }
            case .other: nil
            }
        }
    }

    /// The elements in row-major order, each asked for by its place behind the first.
    private func gathered(_ element: (Int) -> Float) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(count)
        guard let inner = shape.last, let step = strides.last else { return [element(0)] }
        var position = [Int](repeating: 0, count: shape.count - 1)
        while true {
            let start = zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }
            for column in 0..<inner { result.append(element(start + column * step)) }
            var dimension = position.count - 1
            while dimension >= 0 {
                position[dimension] += 1
                if position[dimension] < shape[dimension] { break }
                position[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return result }
        }
    }
}
