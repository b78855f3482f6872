import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Contents")
struct ContentTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    private func reader(_ folder: URL) -> ContentReader {
        ContentReader(memory: DigestMemory(folder.appending(path: "memory")), threads: 2)
    }

    private func photos(in folder: URL, _ names: [String] = ["a.png", "b.jpg"]) throws -> URL {
        let photos = folder.appending(path: "photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
        for name in names {
            try Data(Self.png + Array(name.utf8)).write(to: photos.appending(path: name))
        }
        return photos
    }

    /// Makes a file as old as one that nobody has touched for a while.
    private func settle(_ file: URL, at date: Date = Date(timeIntervalSince1970: 1_000_000_000)) throws {
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
    }

    // MARK: Digests

    /// sha256sum of the three bytes "abc", the first example of FIPS 180-2.
    @Test func `a digest is SHA-256 and is written in hexadecimal digits`() throws {
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let digest = ContentDigest(of: Array("abc".utf8))
        #expect(digest.description == digits)
        #expect(ContentDigest(digits) == digest)
        #expect(try JSONDecoder().decode([ContentDigest].self, from: Data("[\"\(digits)\"]".utf8)) == [digest])
        try withTemporaryFolder { folder in
            try Data("abc".utf8).write(to: folder.appending(path: "abc"))
            #expect(try ContentDigest(ofFile: folder.appending(path: "abc")) == digest)
        }
    }

    @Test(arguments: ["", "ba78", String(repeating: "g", count: 64), String(repeating: "A", count: 64), "../../x"])
    func `what is no digest is refused`(text: String) {
        #expect(ContentDigest(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ContentDigest].self, from: JSONEncoder().encode([text]))
        }
    }

    // MARK: Lists

    @Test func `a list names images in order with their sizes and digests`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            try Data("text".utf8).write(to: photos.appending(path: "c.png"))
            let list = try ImageList(
                ofFolder: photos.path, limit: nil, memory: DigestMemory(nil), team: ImageTeam(threads: 2))
            #expect(list.entries.map(\.name) == ["a.png", "b.jpg", "c.png"])
            #expect(list.entries.map(\.size) == [13, 13, 0])
            #expect(list.entries[0].digest == ContentDigest(of: Self.png + Array("a.png".utf8)))
            #expect(list.entries[2].digest == nil, "what is no image does not travel")
            #expect(list.imageBytes == 26)
            #expect(ImageList(text: list.text) == list)
        }
    }

    @Test func `a limit takes the first images, and what it leaves out does not count`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            let reader = reader(folder)
            let first = try reader.digest(of: .images(folder: photos.path, limit: 1))
            try FileManager.default.removeItem(at: photos.appending(path: "b.jpg"))
            #expect(try reader.digest(of: .images(folder: photos.path, limit: nil)) == first)
        }
    }

    static let sound = String(repeating: "0", count: 64)

    @Test(arguments: [
        "", "posweep images 1\n", "posweep images 2\n\(sound) 1 a.png\n", "posweep images 1\n\(sound) 1 a.png",
        "posweep images 1\n\(sound) 1 ../a.png\n", "posweep images 1\n\(sound) 1 /etc/passwd\n",
        "posweep images 1\n\(sound) 1 .hidden\n", "posweep images 1\n\(sound) 1 \n",
        "posweep images 1\n\(sound) -1 a\n",
        "posweep images 1\n\(sound) 999999999999 a\n", "posweep images 1\n\(sound) 1 a\u{7}b\n",
        "posweep images 1\nabc 1 a.png\n", "posweep images 1\n\(sound) x a.png\n",
        "posweep images 1\n\(sound) 1 \(String(repeating: "n", count: 256))\n",
    ])
    func `a text that is no list, or leads out of its folder, is refused`(text: String) {
        #expect(ImageList(text: Array(text.utf8)) == nil)
    }

    @Test func `a name may have spaces and letters of any language`() throws {
        let list = ImageList([ImageList.Entry(name: "été 1  (2).png", size: 3, digest: ContentDigest(Self.sound))])
        #expect(ImageList(text: list.text) == list)
    }

    // MARK: What was read before

    @Test func `a file is read again when the file system says that it has changed`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            let reader = reader(folder)
            let source = ContentSource.images(folder: photos.path, limit: nil)
            let before = try reader.digest(of: source)
            // The same size and the same date: only the entry's own change tells.
            try Data(Self.png + Array("A.png".utf8)).write(to: photos.appending(path: "a.png"))
            try settle(photos.appending(path: "a.png"))
            #expect(try reader.digest(of: source) != before)
        }
    }

    @Test func `a file that was changed within the clock's last tick is not remembered`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            let reader = reader(folder)
            _ = try reader.digest(of: .images(folder: photos.path, limit: nil))
            let memory = folder.appending(path: "memory")
            for name in try FileManager.default.contentsOfDirectory(atPath: memory.path) {
                let text = try String(contentsOf: memory.appending(path: name), encoding: .utf8)
                #expect(text == "posweep digests 1\n")
            }
        }
    }

    @Test func `a memory that cannot be read or written is no memory`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            let source = ContentSource.images(folder: photos.path, limit: nil)
            let right = try ContentReader(memory: DigestMemory(nil), threads: 1).digest(of: source)
            let file = folder.appending(path: "file")
            try Data().write(to: file)
            #expect(try ContentReader(memory: DigestMemory(file), threads: 1).digest(of: source) == right)
        }
    }

    @Test func `a folder holds a list where its images are the same, whatever else is there`() throws {
        try withTemporaryFolder { folder in
            let photos = try photos(in: folder)
            let reader = reader(folder)
            let list = try ImageList(
                ofFolder: photos.path, limit: 1, memory: reader.memory, team: reader.team)
            #expect(list.isHeld(byFolder: photos.path, memory: reader.memory, team: reader.team))
            #expect(!list.isHeld(byFolder: folder.path, memory: reader.memory, team: reader.team))
            try Data(Self.png + Array("A.png".utf8)).write(to: photos.appending(path: "a.png"))
            #expect(!list.isHeld(byFolder: photos.path, memory: reader.memory, team: reader.team))
        }
    }

    // MARK: Weights

    /// A `.safetensors` file of VGG-16's tensors, with a classifier or without, under any prefix.
    private func weights(_ file: URL, prefix: String = "", classifier: Bool) throws {
        var tensors = EncoderName.vgg16.tensors.map { name, shape in
            Safetensors.NamedTensor(
                name: prefix + name, shape: shape, values: [Float](repeating: 0.5, count: shape.reduce(1, *)))
        }
        if classifier {
            tensors.append(
                Safetensors.NamedTensor(
                    name: "classifier.0.bias", shape: [4_096], values: .init(repeating: 1, count: 4_096)))
        }
        try Safetensors.write(tensors, to: file)
    }

    @Test func `weights are the encoder's tensors alone, whatever else is in their file and what they are called`()
        throws
    {
        try withTemporaryFolder { folder in
            let (plain, full) = (folder.appending(path: "plain"), folder.appending(path: "full"))
            try weights(plain, classifier: false)
            try weights(full, prefix: "module.", classifier: true)
            let reader = reader(folder)
            let digest = try reader.digest(of: .weights(file: plain.path, .vgg16))
            #expect(try reader.digest(of: .weights(file: full.path, .vgg16)) == digest)
            let bytes = try reader.bytes(of: .weights(file: full.path, .vgg16))
            #expect(ContentDigest(of: bytes) == digest)
            #expect(bytes.range(of: Data("classifier".utf8), in: 0..<4_000) == nil)
            #expect(bytes == (try Data(contentsOf: plain)))
        }
    }

    @Test func `weights of another network are refused`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "vgg16")
            try weights(file, classifier: false)
            let error = #expect(throws: DataError.self) {
                try reader(folder).digest(of: .weights(file: file.path, .resnet50))
            }
            #expect(error?.description.contains("holds the weights of vgg16") == true)
        }
    }
}
