import Experiments
import Sweep
import Testing

@Suite("Identifiers of trials")
struct IdentifierTests {
    private func identifiers(_ text: String, _ overrides: [String] = []) throws -> [String] {
        try SweepText.parse(text, overrides: overrides).trials.map(\.id)
    }

    static let plain = """
        data:
          train: {synthetic: leaves, count: 8, seed: 1}
          test: {black: {constant: 0}, white: {constant: 1}}
        matrix: {target: [H, V]}
        fit: {epochs: 3, momentum: 0.9}
        """

    /// Computed with Python's hashlib by Golden/make_identifier.py.
    @Test func `an identifier is the same on every host and in every version`() throws {
        #expect(
            try identifiers(Self.plain) == ["ddd9cdfbdb54148eb749585cdf19cebd", "e3bd652e746999b03944870ea401437e"])
    }

    @Test(arguments: [
        // Comments, order of keys, other spellings, defaults written out, names and layout.
        """
        fit: {momentum: 9e-1, "epochs": "3"}   # the same
        name: another
        description: of the same
        data:
          maps: 3
          test: {white: {constant: 1.0}, black: {constant: 0e0}}
          size: 224
          train: {seed: 1, count: 8.0, synthetic: leaves}
        table: {rows: [target], metrics: [MAE]}
        posenet: {kernel: 3}
        matrix:
          target:
            - H
            - V
        seeds: [1]
        """
    ])
    func `how it is written does not matter`(text: String) throws {
        #expect(try identifiers(text) == identifiers(Self.plain))
    }

    @Test(arguments: [
        "fit.epochs=4", "fit.momentum=0.8", "data.size=64", "data.train.count=9", "data.train.seed=2",
        "data.test.black.constant=0.5", "data.test.grey.constant=0.5", "seeds=[2]", "encoder=none", "encoder.seed=2",
        "weights.vgg16=/there/a.safetensors", "posenet.kernel=1", "encoder.normalise=imagenet",
        "data.rings=7", "encoder.stages=[5]", "fit.optimizer=adam", "data.limit=3",
    ])
    func `what decides the result does`(override: String) throws {
        let (before, after) = (try identifiers(Self.plain), try identifiers(Self.plain, [override]))
        #expect(Set(before).isDisjoint(with: after))
    }

    @Test(arguments: ["encoder.padding=none", "encoder.seed=2", "encoder.stages=[1]", "weights.vgg16=/there/a"])
    func `what cannot matter to the raw image does not`(override: String) throws {
        #expect(
            try identifiers(Self.plain, ["encoder=none", override]) == identifiers(Self.plain, ["encoder=none"]))
    }

    @Test func `all stages are those that are written out`() throws {
        #expect(try identifiers(Self.plain, ["encoder.stages=[1, 2, 3, 4, 5]"]) == identifiers(Self.plain))
        let resnet = ["encoder=resnet50"]
        #expect(
            try identifiers(Self.plain, resnet + ["encoder.stages=[1, 2, 3, 4]"]) == identifiers(Self.plain, resnet))
        #expect(
            try identifiers(Self.plain, resnet + ["encoder.stages=[0, 1, 2, 3, 4]"])
                != identifiers(Self.plain, resnet))
    }

    @Test func `no rings are as if none had been thought of`() throws {
        #expect(try identifiers(Self.plain, ["data.rings=0"]) == identifiers(Self.plain))
    }

    private static let folders = """
        data: {train: {folder: /there/a}, test: {natural: {folder: /there/b}}}
        weights: {vgg16: /there/w.pth}

        """

    /// The identifiers of trials whose files have these contents, by path.
    private func identifiers(contents: [String: String], _ text: String = folders) throws -> [String] {
        try SweepDefinition(
            parsing: text, path: "x.yaml", folder: "/there", exists: { $0.hasPrefix("/there") },
            digest: { source in
                let (path, part) =
                    switch source {
                    case .images(let folder, let limit): (folder, limit.map(String.init) ?? "all")
                    case .weights(let file, let encoder): (file, encoder.rawValue)
                    }
                return ContentDigest(of: Array("\(contents[path] ?? path) \(part)".utf8))
            }
        ).trials.map(\.id)
    }

    @Test func `it is what is in folders and files that counts, and not where they are`() throws {
        let moved = Self.folders.replacing("/there/a", with: "/there/moved").replacing("/there/w.pth", with: "here.pt")
        let contents = ["/there/moved": "/there/a", "/there/here.pt": "/there/w.pth"]
        try #expect(identifiers(contents: contents, moved) == identifiers(contents: [:]))
    }

    @Test(arguments: ["/there/a", "/there/b", "/there/w.pth"])
    func `other images or weights at the same path are another trial`(path: String) throws {
        try #expect(Set(identifiers(contents: [path: "other"])).isDisjoint(with: identifiers(contents: [:])))
    }

    @Test func `relative paths start at the file's folder and are one with absolute ones`() throws {
        func train(_ path: String) throws -> ImageSource? {
            try SweepDefinition(
                parsing: "data: {train: {folder: \(path)}, test: {black: {constant: 0}}}", path: "x.yaml",
                folder: "/home/me", exists: { $0 == "/home/me/images/a" }, digest: SweepText.digest
            ).data?.train
        }
        #expect(try train("images/a") == train("/home/me/images/a"))
        #expect(try train("./images//a/") == train("/home/me/images/a"))
    }

    @Test func `what cannot be read is a mistake where the file names it`() {
        let text = "data:\n  train: {folder: /there/a}\n  test: {black: {constant: 0}}\n"
        let error = #expect(throws: SweepError.self) {
            try SweepDefinition(
                parsing: text, path: "x.yaml", folder: "/", exists: { _ in true },
                digest: { _ throws(DataError) in throw .noImages(folder: "/there/a") })
        }
        #expect(error?.description.hasPrefix("x.yaml:2:10: /there/a holds no .jpg") == true, "\(error as Any)")
    }
}
