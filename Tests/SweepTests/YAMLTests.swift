import Experiments
import Sweep
import Testing

@Suite("Reading YAML")
struct YAMLTests {
    /// Nine levels of nine aliases, three billion values when walked, once as values and once as a key.
    static func bomb(asKey: Bool) -> String {
        var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        for level in 1...9 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            lines.append("a\(level): &a\(level) [\(aliases)]")
        }
        if asKey { lines.append("*a9 : 1") }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func `an alias bomb is refused before it goes off`(asKey: Bool) {
        #expect(SweepText.mistakes(Self.bomb(asKey: asKey)).contains("anchors are not read"))
        let withoutAnchors = Self.bomb(asKey: asKey).replacing(#/&a\d /#, with: "")
        #expect(SweepText.mistakes(withoutAnchors).contains("aliases are not read"))
    }

    /// Files of a mebibyte whose keys would be walked once for each level above them.
    static let keysInsideKeys: [String] = {
        let list = "[" + String(repeating: "1,", count: 400_000) + "1]"
        let (opening, closing) = (String(repeating: "{? ", count: 900), String(repeating: "}", count: 900))
        let braces = String(repeating: "{", count: 200) + "a" + String(repeating: ": }", count: 200)
        return [
            String(repeating: "? ", count: 900) + list, opening + list + closing,
            String(repeating: "\(braces): 1\n", count: 1_000),
        ]
    }()

    @Test(.timeLimit(.minutes(1)), arguments: keysInsideKeys.indices)
    func `keys inside keys are refused before they are walked`(index: Int) {
        #expect(!SweepText.mistakes(Self.keysInsideKeys[index]).isEmpty)
    }

    @Test(arguments: ["'*a* and b*c' # *d*", "\"\\x2Aa* and b*c\"", "|-\n  *a* and b*c"])
    func `asterisks in texts and comments are no aliases`(text: String) throws {
        #expect(try SweepText.parse(afterData: "description: \(text)\n").description == "*a* and b*c")
    }

    @Test(arguments: ["Where? Here?", "?where"])
    func `question marks in texts are no keys`(text: String) throws {
        #expect(try SweepText.parse(afterData: "description: \(text) # ? x\n").description == text)
    }

    @Test(arguments: [33, 900, 100_000])
    func `deep nesting is refused`(depth: Int) {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(!SweepText.mistakes("a: \(nested)").isEmpty)
        let blocks = String(repeating: "- ", count: depth) + "x"
        #expect(!SweepText.mistakes("a:\n  \(blocks)").isEmpty)
    }

    @Test func `a file above a mebibyte is refused`() {
        let long = SweepText.data + "# " + String(repeating: "x", count: 1 << 20)
        #expect(SweepText.mistakes(long).hasSuffix("a sweep file has at most 1048576"))
    }

    @Test func `a file with a hundred thousand values is refused`() {
        let list = String(repeating: "1,", count: 200_000)
        #expect(SweepText.mistakes("seeds: [\(list)]").contains("more than 100000 values"))
    }

    @Test(arguments: ["3", "3.0", "\"3\"", "+3", "0x3", "0o3", "3e0", "0.3e1"])
    func `a whole number may be written in many ways`(text: String) throws {
        let sweep = try SweepText.parse(afterData: "fit: {epochs: \(text)}\n")
        #expect(sweep.trials.map(\.settings.fit.epochs) == [3])
    }

    @Test(arguments: ["1_000", "3:20", "0b11", "1e400", "٣", "3 4", "0x", "0x-3", "--3", ".", "9223372036854775808"])
    func `what is no number in YAML's core schema is none`(text: String) {
        #expect(!SweepText.mistakes(SweepText.data + "fit: {epochs: \"\(text)\"}\n").isEmpty)
    }

    @Test(arguments: zip(["1e-3", "1E-3", ".001", "0.001", "1.e-3"], repeatElement(0.001, count: 5)))
    func `numbers may have exponents`(text: String, value: Double) throws {
        let sweep = try SweepText.parse(afterData: "fit: {learning_rate: \(text)}\n")
        #expect(sweep.trials[0].settings.fit.learningRate == value)
    }

    @Test func `no is text`() throws {
        #expect(try SweepText.parse(afterData: "name: no\ndescription: on\n").name == "no")
    }

    @Test func `line ends and a byte order mark of other systems are read`() throws {
        let text = "\u{FEFF}" + (SweepText.data + "name: x\n").replacing("\n", with: "\r\n")
        #expect(try SweepText.parse(text).name == "x")
    }

    @Test func `variables come from the environment or from their default`() throws {
        let environment = ["FOLDER": "/there/a b", "EMPTY": ""]
        let text = """
            name: ${NAME:-unnamed}
            description: "${EMPTY:-e}${EMPTY}$ {x} ${FOLDER}"
            data:
              train: {folder: "${FOLDER}/images", limit: "${LIMIT:-5}"}
              test: {black: {constant: 0}}
            """
        let sweep = try SweepText.parse(text, environment: environment)
        #expect(sweep.name == "unnamed")
        #expect(sweep.description == "e$ {x} /there/a b")
        #expect(sweep.data?.train == .folder(path: "/there/a b/images", limit: 5))
    }

    @Test func `what a variable holds is not searched for variables`() throws {
        let sweep = try SweepText.parse(
            afterData: "description: ${A}\n", environment: ["A": "${B}", "B": "secret"])
        #expect(sweep.description == "${B}")
    }
}
