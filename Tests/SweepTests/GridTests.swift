import Experiments
import Sweep
import Testing

@Suite("The grid")
struct GridTests {
    @Test func `combinations come as nested loops write them`() throws {
        let encoders: [SettingValue] = [.text("none"), .text("vgg16")]
        let kernels: [SettingValue] = [.integer(1), .integer(3), .integer(7)]
        let rates: [SettingValue] = [.number(0.1), .number(0.5)]
        var expected: [[String: SettingValue]] = []
        for encoder in encoders {
            for kernel in kernels {
                for rate in rates { expected.append(["encoder": encoder, "posenet.kernel": kernel, "rate": rate]) }
            }
        }
        let grid = try Grid(axes: [Axis("encoder", encoders), Axis("posenet.kernel", kernels), Axis("rate", rates)])
        #expect(Array(grid) == expected)
        #expect(grid.reversed() == expected.reversed())
    }

    @Test func `a grid without axes is one combination`() throws {
        #expect(try Array(Grid(axes: [])) == [[:]])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a grid of a trillion is refused before it is expanded`() {
        let epochs = (1...1_000).map(String.init).joined(separator: ",")
        let text = """
            matrix:
              fit.epochs: [\(epochs)]
              fit.batch: [\(epochs)]
              fit.order_seed: [\(epochs)]
              encoder.seed: [\(epochs)]
            """
        let said = SweepText.mistakes(SweepText.data + text)
        #expect(said.contains("more than 1000000 trials (fit.epochs: 1000, fit.batch: 1000, "))
    }

    @Test(.timeLimit(.minutes(1)))
    func `more exclusions than can be compared with every combination are refused`() {
        let exclusions = (1...201).map { "{fit.epochs: \($0)}" }.joined(separator: ", ")
        let text = """
            matrix:
              fit.batch: [\((1...1_000).map(String.init).joined(separator: ","))]
              fit.order_seed: [\((1...100).map(String.init).joined(separator: ","))]
            exclude: [\(exclusions)]
            """
        #expect(
            SweepText.mistakes(SweepText.data + text)
                == "sweep.yaml:7:11: 201 exclusions from 100000 combinations — take values out of the matrix instead")
    }

    @Test func `a product beyond 64 bits is refused`() {
        let axis = (0..<1_000_000).map { SettingValue.integer($0) }
        #expect(throws: SweepMistake.Cause.self) {
            try Grid(axes: (0..<4).map { Axis("a\($0)", axis) })
        }
        #expect(throws: SweepMistake.Cause.self) { try Grid(axes: [Axis("a", axis)], repeats: Int.max) }
    }

    @Test func `a million is allowed`() throws {
        let axis = (0..<1_000).map { SettingValue.integer($0) }
        let grid = try Grid(axes: [Axis("a", axis), Axis("b", axis)])
        #expect(grid.count == 1_000_000)
        #expect(grid[999_999] == ["a": .integer(999), "b": .integer(999)])
    }
}
