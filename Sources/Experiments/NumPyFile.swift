package import Foundation

/// An array in NumPy's `.npy` format: float32, C order.
///
/// float64 files are read too, and rounded to float32.
package struct NumPyFile: Hashable, Sendable {
    package let shape: [Int]
    /// In row-major order.
    package let values: [Float]

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The largest file that is read: 4 GiB.
    private static let bytesLimit = 1 << 32

    /// - Precondition: There are as many values as the shape counts.
    package init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "the values do not fill the shape")
        self.shape = shape
        self.values = values
    }

    /// - Throws: `DataError` where the file is missing or is no such array.
    package init(readingFrom file: URL) throws(DataError) {
        let data = try FileReading.bytes(of: file, atMost: Self.bytesLimit)
        func bad(_ cause: String) -> DataError { .notNumPy(file.path, cause: cause) }
        guard data.count >= 10, Array(data.prefix(6)) == Self.magic else { throw bad("it does not begin as one") }
        let isLong = data[6] > 1
        let length = isLong ? data.littleEndian(UInt32.self, at: 8).map(Int.init) : Int(data[8]) | Int(data[9]) << 8
        let start = isLong ? 12 : 10
        guard let length, length <= 65_536, data.count - start >= length else { throw bad("its header is cut off") }
        let header = String(decoding: data[start..<start + length], as: UTF8.self)
        guard header.contains("'fortran_order': False") else { throw bad("its order is not C's") }
        guard let type = header.firstMatch(of: /'descr': '([^']*)'/)?.1, type == "<f4" || type == "<f8" else {
            throw bad("its values are neither float32 nor float64")
        }
        guard let text = header.firstMatch(of: /'shape': \(([^)]*)\)/)?.1 else { throw bad("it names no shape") }
        var shape: [Int] = []
        // With zeros counted as ones, so that no part of the shape overflows for whoever multiplies it.
        var product = 1
        for part in text.split(separator: ",") {
            let word = part.trimmingCharacters(in: .whitespaces)
            if word.isEmpty { continue }
            guard let extent = Int(word), extent >= 0 else { throw bad("its shape is (\(text))") }
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow else { throw bad("its shape is (\(text))") }
            shape.append(extent)
            product = next
        }
        let count = shape.contains(0) ? 0 : product
        let size = type == "<f8" ? 8 : 4
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, bytes == data.count - start - length else {
            throw bad("its shape (\(text)) does not fit its \(data.count) bytes")
        }
        self.shape = shape
        values = Self.values(in: data.dropFirst(start + length), isDouble: size == 8)
    }

    private static func values(in bytes: Data, isDouble: Bool) -> [Float] {
        unsafe bytes.withUnsafeBytes { bytes in
            if isDouble {
                return (0..<bytes.count / 8).map { index in
                    let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                    return Float(Double(bitPattern: UInt64(littleEndian: bits)))
                }
            }
            return (0..<bytes.count / 4).map { index in
                let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// - Throws: `DataError.unwritable`.
    package func write(to file: URL) throws(DataError) {
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
        // NumPy wants the values to begin at a multiple of 64.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var data = Data(Self.magic + [1, 0, UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)])
        data.append(contentsOf: header.utf8)
        unsafe values.withUnsafeBytes { bytes in unsafe data.append(contentsOf: bytes) }
        try FileReading.write(data, to: file)
    }
}
