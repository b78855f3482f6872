import Experiments
import Foundation
import TestSupport
import Testing

@Suite("NumPy files")
struct NumPyFileTests {
    private static let values = (0..<24).map { Float(Double($0) / 7 - 1.5) }

    @Test(arguments: [
        ("float32.npy", [2, 3, 4]), ("float64.npy", [2, 3, 4]), ("version-2.npy", [2, 3, 4]), ("line.npy", [24]),
    ])
    func `what NumPy wrote is read`(name: String, shape: [Int]) throws {
        let file = try NumPyFile(readingFrom: fixture("arrays/\(name)"))
        #expect(file.shape == shape)
        #expect(file.values == Self.values)
    }

    @Test func `a single number and an empty array are arrays too`() throws {
        let number = try NumPyFile(readingFrom: fixture("arrays/number.npy"))
        #expect(number == NumPyFile(shape: [], values: [2.5]))
        let none = try NumPyFile(readingFrom: fixture("arrays/none.npy"))
        #expect(none == NumPyFile(shape: [3, 0], values: []))
    }

    @Test(arguments: [[], [3], [2, 3], [1, 2, 3, 4], [0], [5, 0, 2]])
    func `what is written is read back to the bit`(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let special: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        let array = NumPyFile(
            shape: shape, values: (0..<count).map { $0 < special.count ? special[$0] : Float($0) / 3 })
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "a.npy")
            try array.write(to: file)
            let read = try NumPyFile(readingFrom: file)
            #expect(read.shape == shape)
            #expect(read.values.map(\.bitPattern) == array.values.map(\.bitPattern))
        }
    }

    @Test(arguments: ["float32.npy", "line.npy", "number.npy", "none.npy"])
    func `what is written has the bytes that NumPy writes`(name: String) throws {
        try withTemporaryFolder { folder in
            let (original, copy) = (fixture("arrays/\(name)"), folder.appending(path: name))
            try NumPyFile(readingFrom: original).write(to: copy)
            #expect(try Data(contentsOf: copy) == Data(contentsOf: original))
        }
    }

    @Test(arguments: [
        ("columns.npy", "its order is not C's"), ("whole-numbers.npy", "neither float32 nor float64"),
        ("big-endian.npy", "neither float32 nor float64"), ("complex.npy", "neither float32 nor float64"),
        ("objects.npy", "neither float32 nor float64"), ("records.npy", "neither float32 nor float64"),
    ])
    func `an array of another kind is refused`(name: String, cause: String) throws {
        let file = fixture("arrays/\(name)")
        let error = try #require(throws: DataError.self) { try NumPyFile(readingFrom: file) }
        #expect(error.description.contains("\(file.path) is not a .npy file that can be read: "))
        #expect(error.description.contains(cause))
    }

    @Test(arguments: [
        ("(4611686018427387904, 4)", "its shape is"), ("(99999999999999999999,)", "its shape is"),
        ("(4611686018427387904,)", "does not fit"), ("(-1, -2)", "its shape is"), ("(3,)", "does not fit"),
        ("(1,)", "does not fit"), ("(2.0,)", "its shape is"), ("(x,)", "its shape is"), ("None", "it names no shape"),
        ("(0, 4611686018427387904, 4)", "its shape is"),
    ])
    func `a shape that does not fit the bytes is refused`(shape: String, cause: String) throws {
        let error = try refusal(header: "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n", bytes: 8)
        #expect(error.contains(cause))
    }

    @Test(arguments: [
        ("", "its order"), ("{'fortran_order': False, 'shape': (2,), }", "neither float32 nor float64"),
        ("{'descr': '<f4', 'shape': (2,), }", "its order"), ("\u{0}\u{0}\u{0}", "its order"),
    ])
    func `a header without all that it should say is refused`(header: String, cause: String) throws {
        #expect(try refusal(header: header, bytes: 8).contains(cause))
    }

    /// What is said of a file with this header and some zeros behind it.
    private func refusal(header: String, bytes: Int) throws -> String {
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 0xff), 0])
        data.append(contentsOf: header.utf8)
        data.append(Data(count: bytes))
        return try withTemporaryFolder { folder in
            let file = folder.appending(path: "a.npy")
            try data.write(to: file)
            return try #require(throws: DataError.self) { try NumPyFile(readingFrom: file) }.description
        }
    }

    @Test(arguments: ["float32.npy", "version-2.npy"])
    func `a file that is cut off anywhere is refused`(name: String) throws {
        let whole = try Data(contentsOf: fixture("arrays/\(name)"))
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "a.npy")
            for length in 0..<whole.count {
                try whole.prefix(length).write(to: file)
                #expect(throws: DataError.self, "\(length) bytes") { try NumPyFile(readingFrom: file) }
            }
            try (whole + [0]).write(to: file)
            #expect(throws: DataError.self) { try NumPyFile(readingFrom: file) }
        }
    }

    @Test func `a header that claims four gigabytes is refused`() throws {
        let bytes = Data([0x93] + Array("NUMPY".utf8) + [2, 0, 0xff, 0xff, 0xff, 0xff] + Array("{}".utf8))
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "a.npy")
            try bytes.write(to: file)
            let error = try #require(throws: DataError.self) { try NumPyFile(readingFrom: file) }
            #expect(error.description.contains("its header is cut off"))
        }
    }

    @Test func `a file that is not there, or cannot be written, is named`() throws {
        let file = URL(filePath: "/no/such/folder/a.npy")
        #expect(throws: DataError.missing(file.path)) { try NumPyFile(readingFrom: file) }
        let error = try #require(throws: DataError.self) { try NumPyFile(shape: [1], values: [1]).write(to: file) }
        #expect(error.description.hasPrefix("/no/such/folder/a.npy cannot be written: "))
    }
}
