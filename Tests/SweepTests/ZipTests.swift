import Sweep
import Testing

@Suite("Settings that move together")
struct ZipTests {
    @Test func `a block is one axis, after those of the matrix`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                matrix: {target: [H, V]}
                zip:
                  readout: {posenet.layers: [1, 2, 3], posenet.kernel: [7, 3, 3]}
                """)
        #expect(
            sweep.points(["target", "posenet.layers", "posenet.kernel"])
                == ["H 1 7", "H 2 3", "H 3 3", "V 1 7", "V 2 3", "V 3 3"])
        #expect(sweep.layout.rows == ["target", "posenet.layers", "posenet.kernel"])
    }

    @Test func `two blocks are crossed`() throws {
        let sweep = try SweepText.parse(
            afterData: """
                zip:
                  a: {posenet.kernel: [1, 3], posenet.padding: [0, 1]}
                  b: {fit.epochs: [1, 2], fit.batch: [4, 8]}
                """)
        #expect(
            sweep.points(["posenet.kernel", "posenet.padding", "fit.epochs", "fit.batch"])
                == ["1 0 1 4", "1 0 2 8", "3 1 1 4", "3 1 2 8"])
    }

    @Test func `an override of a block's setting takes the place of its values`() throws {
        let text = "zip: {a: {posenet.kernel: [1, 3], posenet.padding: [0, 1]}}\n"
        let sweep = try SweepText.parse(afterData: text, overrides: ["zip.a.posenet.padding=[2, 3]"])
        #expect(sweep.points(["posenet.kernel", "posenet.padding"]) == ["1 2", "3 3"])
    }

    @Test(arguments: [
        (
            "zip: {a: {posenet.kernel: [1, 3], posenet.padding: [0]}}",
            "4:10: the settings of zip.a move together and need equally many values (posenet.kernel: 2, posenet.padding: 1)"
        ),
        (
            "matrix: {posenet.kernel: [1]}\nzip: {a: {posenet.kernel: [1, 3]}}",
            "5:11: posenet.kernel is an axis already — vary it in one place"
        ),
        (
            "zip: {a: {posenet.kernel: [1]}, b: {posenet.kernel: [3]}}",
            "4:37: posenet.kernel is an axis already — vary it in one place"
        ),
        (
            "zip: {a: {posenet.kernle: [1]}}",
            "4:11: unknown key 'posenet.kernle' in zip.a — did you mean 'posenet.kernel'?"
        ),
        (
            "zip: {a: {posenet.kernel: []}}",
            "4:27: the axis posenet.kernel has no values — give it one, or leave it out"
        ),
        (
            "zip: {posenet.kernel: [1, 3], posenet.padding: [0, 1]}",
            "4:7: 'posenet.kernel' is no block's name — use 1 to 64 letters, digits, '_' and '-', since files are named after it"
        ),
        ("zip: {a: {}}", "4:10: zip.a is a map of settings and their lists of values, not a map"),
        (
            "zip: [posenet.kernel]",
            "4:6: zip is a map of named blocks, as {depth: {posenet.layers: [1, 2], posenet.kernel: [3, 1]}}, not a list"
        ),
    ])
    func `a mistake in a block is named with its place`(text: String, said: String) {
        let first = SweepText.mistakes(SweepText.data + text + "\n").split(separator: "\n").first
        #expect(first.map(String.init) == "sweep.yaml:" + said)
    }
}
