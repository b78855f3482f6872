import Sweep
import TestSupport
import Testing

@Suite("Mistakes in sweep files")
struct MistakeTests {
    static let sound = SweepText.data

    private static let leaves = "train: {synthetic: leaves, count: 8}, test: {black: {constant: 0}}"

    /// A file for each mistake, with the name of the golden file that holds what is said of it.
    static let files: [(name: String, text: String)] = [
        ("misspelt-key", sound + "posenet: {kernal: 3}\n"),
        ("misspelt-section", sound + "martix: {target: [H]}\n"),
        ("unknown-key", sound + "colour: red\n"),
        ("misspelt-value", sound + "matrix:\n  encoder: [vgg61]\n"),
        ("unknown-value", sound + "encoder: alexnet\n"),
        ("norway", sound + "target: no\n"),
        ("wrong-type", sound + "fit: {epochs: many}\n"),
        ("fraction", sound + "fit: {epochs: 3.5}\n"),
        ("out-of-range", sound + "fit: {momentum: 1.5}\n"),
        ("not-finite", sound + "fit: {learning_rate: .nan}\n"),
        ("even-kernel", sound + "posenet: {kernel: 4}\n"),
        ("not-ascending", sound + "encoder: {stages: [3, 1]}\n"),
        ("no-stages", sound + "encoder: {stages: []}\n"),
        ("optimizer", sound + "fit: {optimizer: lbfgs}\n"),
        ("hidden", sound + "posenet: {hidden: 0}\n"),
        ("no-such-stage", sound + "matrix: {encoder: [vgg16, resnet50], encoder.stages: [[1], [5]]}\n"),
        ("empty-matrix", sound + "matrix: {}\n"),
        ("empty-axis", sound + "matrix: {target: []}\n"),
        ("scalar-axis", sound + "matrix: {target: H}\n"),
        ("axis-twice", sound + "matrix: {encoder: [none], encoder.name: [vgg16]}\n"),
        ("value-twice", sound + "matrix: {fit.epochs: [3, 3.0]}\n"),
        ("seed-axis", sound + "matrix: {seed: [1, 2]}\n"),
        ("unmatched-exclusion", sound + "matrix: {target: [H, V]}\nexclude: [{target: G}]\n"),
        ("redundant-inclusion", sound + "matrix: {target: [H, V]}\ninclude: [{target: V}]\n"),
        ("nothing-to-run", sound + "matrix: {target: [H]}\nexclude: [{target: H}]\n"),
        ("too-many-trials", sound + "matrix: {target: [H, V, G]}\nseeds: 400000\n"),
        ("table", sound + "table: {rows: [encodre], columns: [test, test], metrics: [mIoU]}\n"),
        ("row-and-column", sound + "table: {rows: [test], columns: [test]}\n"),
        ("reference", sound + "reference: {file: table1.csv, tolerance: {SPC: -1}}\n"),
        ("weights", sound + "weights: {vgg16: vgg16.safetensors, vgg17: /there}\n"),
        ("no-data", "name: x\n"),
        ("empty-file", ""),
        ("no-test-sets", "data: {train: {synthetic: leaves, count: 8}, test: {}}\n"),
        ("missing-folder", "data: {train: {folder: images}, test: {black: {constant: 0}}}\n"),
        (
            "missing-folder-with-advice",
            """
            data:
              train: {folder: images, about: "JPEG or PNG photographs; the paper trains on DUT-S' 10,553 training images"}
              test: {natural: {folder: others}}
            weights: {vgg16: vgg16.pth, resnet152: resnet.pth}
            """
        ),
        ("rings", "data: {rings: 57, train: {synthetic: leaves, count: 8}, test: {black: {constant: 0}}}\n"),
        ("rings-of-small-maps", "data: {size: 64, rings: 33, \(leaves)}\n"),
        ("no-rings", sound + "table: {metrics: [SPC, rings]}\n"),
        ("no-such-ring", "data: {rings: 7, \(leaves)}\ntable: {metrics: [SPC@0-14, SPC]}\n"),
        ("ring-twice", "data: {rings: 7, \(leaves)}\ntable: {metrics: [SPC@0-15, rings]}\n"),
        ("synthetic-in-the-file", "data: synthetic\n"),
        ("limit-in-the-file", "data: {limit: 8, \(leaves)}\n"),
        ("two-sources", "data: {train: {folder: /there, constant: 1}, test: {black: {constant: 0}}}\n"),
        ("no-source", "data: {train: {floder: /there}, test: {black: {constant: 0}}}\n"),
        ("no-count", "data: {train: {synthetic: leaves}, test: {black: {constant: 0}}}\n"),
        ("constant-range", "data: {train: {synthetic: leaves, count: 1}, test: {grey: {constant: 128}}}\n"),
        ("test-set-name", "data: {train: {synthetic: leaves, count: 1}, test: {../x: {constant: 1}}}\n"),
        ("variable", sound + "name: ${SWEEP_NAME}\n"),
        ("variable-syntax", sound + "name: ${SWEEP NAME}\n"),
        ("variable-in-flow", "data: {train: {folder: ${DATA:-x}}}\n"),
        ("duplicate-key", sound + "target: H\ntarget: V\n"),
        ("anchor", sound + "fit: &fit {epochs: 3}\n"),
        ("alias", sound + "fit: {epochs: *e}\n"),
        ("question-mark-key", sound + "? target: H\n"),
        ("merge-key", sound + "fit:\n  <<: *defaults\n"),
        ("tag", sound + "fit: {epochs: !!int 3}\n"),
        ("two-documents", sound + "---\nname: x\n"),
        ("not-yaml", sound + "fit: {epochs: 3\n"),
        ("control-character", sound + "name: \u{0}\n"),
        ("list", "- a\n- b\n"),
        ("too-deep", sound + "fit: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "\n"),
    ]

    @Test func `each mistake is named with its line and what to do`() throws {
        let said = Self.files.map { "\($0.name)\n\(SweepText.mistakes($0.text))\n" }.joined(separator: "\n")
        try expectGolden(said, "mistakes.txt")
    }

    @Test(arguments: files.map(\.name))
    func `no mistake passes`(name: String) throws {
        let file = try #require(Self.files.first { $0.name == name })
        #expect(throws: SweepError.self) { try SweepText.parse(file.text) }
    }

    @Test func `every mistake of a file is said in one run, from top to bottom`() throws {
        let text = """
            name: all at once
            data:
              size: 7
              train: {folder: nowhere}
              test: {}
            posenet: {kernal: 3, kernel: 2}
            fit: {epochs: ten, batch: "${BATCH}"}
            matrix: {target: [H, X]}
            """
        try expectGolden(
            SweepText.mistakes(text, overrides: ["fit.epoch=3", "fit.batch=0", "seed=2"]) + "\n",
            "all.txt")
    }

    @Test(arguments: [
        "fit.epoch=3", "fit.epochs=x", "fit.epochs", "=3", "fit.epochs=", "seed=2", "data.train.cuont=3", "seeds=0",
        "weather=fine", "data=sythetic", "data=[a]", "data.limit=0", "data.limit=x", "zip.a.fit.epochs=3", "sample=0",
        "matrix.target=H", "matrix.traget=[H]", "posenet.kernel=4", "fit.epochs=[", "fit.epochs=*a",
    ])
    func `a mistake in an override names the override`(override: String) {
        #expect(SweepText.mistakes(Self.sound, overrides: [override]).hasPrefix("--set \(override): "))
    }
}
