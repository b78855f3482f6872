import Crypto
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
    private let values = (-4..<8).map { Float($0) / 4 }

    @Test func `tensors that the reference library wrote are read`() throws {
        let file = try WeightsFile(readingFrom: fixture("weights.safetensors"))
        #expect(file.entries.count == 6)
        #expect(try file.tensor("single", shape: [3, 4]) == values)
        #expect(try file.tensor("half", shape: [2, 2, 3]) == values)
        #expect(try file.tensor("brain", shape: [12]) == values)
        #expect(try file.tensor("scalar", shape: []) == [0.1])
        #expect(try file.tensor("empty", shape: [0, 5]) == [])
        let halves = try file.tensor("slash/é \"quoted\"", shape: [3])
        #expect(halves == [65504, 0x1p-24, 0])
        #expect(halves[2].sign == .minus)
    }

    @Test func `the digest is that of the whole file`() throws {
        let file = fixture("weights.safetensors")
        let expected = SHA256.hash(data: try Data(contentsOf: file))
        #expect(try WeightsFile(readingFrom: file).sha256() == Array(expected))
    }

    @Test func `a tensor that is missing or of another shape is named`() throws {
        let url = fixture("weights.safetensors")
        let file = try WeightsFile(readingFrom: url)
        let shape = try #require(throws: DataError.self) { try file.tensor("single", shape: [4, 3]) }
        #expect(
            shape.description
                == "\(url.path): 'single' is [3, 4] but [4, 3] is needed — is this the file of another network?")
        let missing = try #require(throws: DataError.self) { try file.tensor("features.0.weight", shape: [1]) }
        #expect(missing.description.contains("has no tensor 'features.0.weight' — it has 'brain', 'empty', 'half'"))
    }

    @Test func `what is written is read again, and begins at a multiple of 8`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "w.safetensors")
            try Safetensors.write(
                [
                    .init(name: "b.weight", shape: [2, 2], values: [1, -2, .infinity, 4]),
                    .init(name: "a/é", shape: [0], values: []), .init(name: "a.bias", shape: [1], values: [0.1]),
                ], to: url)
            let file = try WeightsFile(readingFrom: url)
            #expect(try file.tensor("b.weight", shape: [2, 2]) == [1, -2, .infinity, 4])
            #expect(try file.tensor("a/é", shape: [0]) == [])
            #expect(try file.tensor("a.bias", shape: [1]) == [0.1])
            #expect(try Data(contentsOf: url).count % 8 == 20 % 8)
        }
    }

    /// A file of this header and so many bytes of tensors.
    private func check(_ header: String, bytes: Int, claimed: UInt64? = nil, says cause: String) throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "bad.safetensors")
            var data = Data(
                (0..<8).map { UInt8(truncatingIfNeeded: (claimed ?? UInt64(header.utf8.count)) >> (8 * $0)) })
            data.append(contentsOf: header.utf8)
            data.append(Data(count: bytes))
            try data.write(to: url)
            let error = try #require(throws: DataError.self) { try WeightsFile(readingFrom: url) }
            #expect(error.description.hasPrefix("\(url.path) is not a sound .safetensors file: "))
            #expect(error.description.contains(cause), "\(error)")
        }
    }

    private static let claims: [(UInt64, String)] =
        [
            ((1 << 20) + 1, "claims 1048577 bytes; up to 1048576 are read"),
            (1 << 20, "claims 1048576 bytes, the file has"),
            (1 << 31, "claims 2147483648 bytes"), (1 << 32, "claims 4294967296 bytes"),
            (1 << 63, "claims 9223372036854775808 bytes"), (UInt64.max, "claims 18446744073709551615 bytes"),
            (0, "its header is not JSON"),
        ] as [(UInt64, String)]

    @Test(arguments: claims)
    func `a header that claims more than there is, is refused before it is read`(claimed: UInt64, cause: String) throws
    {
        try check("{}", bytes: 0, claimed: claimed, says: cause)
    }

    @Test func `a file too short for a header is refused`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "short.safetensors")
            try Data(count: 7).write(to: url)
            #expect(
                throws: DataError.notWeights(
                    url.path, form: ".safetensors", cause: "it has 7 bytes, too few for a header")
            ) {
                try WeightsFile(readingFrom: url)
            }
        }
    }

    private static let lies: [(String, String)] = [
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "tensor 'a' stands in it twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "stands in it twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#,
            "tensor 'a' ends at byte 12, past the file's 8 bytes"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775800,9223372036854775807]}}"#,
            "past the file's"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "tensor 'b' begins at byte 0, the one before it ends at 4"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "tensor 'a' begins at byte 4"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "its tensors end at byte 4 of 8"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
            "tensor 'a' of shape [1] does not fill its 8 bytes"
        ),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, "tensor 'a' has shape"),
        (#"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, "tensor 'a' has shape [-1, -2]"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "tensor 'a' has offsets [8, 0]"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "tensor 'a' has offsets [-8, 0]"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "tensor 'a' has offsets [0]"),
        (#"{"a":{"dtype":"F65","shape":[1],"data_offsets":[0,8]}}"#, "tensor 'a' has the unknown type F65"),
        (
            #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#,
            "tensor 'a' has too many dimensions"
        ),
        (#"{"a":{}}"#, "its header cannot be read"), (#"{"__metadata__":{"a":1}}"#, "its header cannot be read"),
        (#"{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]}}"#, "its header cannot be read"),
        ("[]", "its header is not JSON"), ("{\"a\":", "its header cannot be read"),
    ]

    @Test(arguments: lies)
    func `a header that lies is refused with the tensor's name`(header: String, cause: String) throws {
        try check(header, bytes: 8, says: cause)
    }

    @Test func `deep nesting and a crowd of tensors are refused`() throws {
        try check(#"{"a":"# + String(repeating: "[", count: 1_000_000), bytes: 0, says: "its header cannot be read")
        let crowd = (0...4_096).map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
        try check("{\(crowd.joined(separator: ","))}", bytes: 0, says: "it names 4097 tensors")
    }
}
