import Experiments
import Sweep
import Testing

@Suite("The grid")
struct GridTests {
    private func key(_ name: String) throws -> SettingKey {
        try #require(SettingKey.named(name))
    }

    @Test func `combinations come as nested loops write them`() throws {
        let encoders: [SettingValue] = [.text("none"), .text("vgg16")]
        let kernels: [SettingValue] = [.integer(1), .integer(3), .integer(7)]
        let rates: [SettingValue] = [.number(0.1), .number(0.5)]
        let keys = try ["encoder", "posenet.kernel", "fit.learning_rate"].map(key)
        var expected: [Set<Assignment>] = []
        for encoder in encoders {
            for kernel in kernels {
                for rate in rates {
                    expected.append(Set(zip(keys, [encoder, kernel, rate]).map { Assignment($0, $1) }))
                }
            }
        }
        let grid = try Grid(axes: zip(keys, [encoders, kernels, rates]).map { Axis($0, $1) })
        #expect(grid.map(Set.init) == expected)
        #expect(grid.reversed().map(Set.init) == expected.reversed())
    }

    @Test func `a grid without axes is one combination`() throws {
        #expect(try Array(Grid(axes: [])) == [[]])
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
                == "sweep.yaml:7:11: 201 rules for 100000 combinations — take values out of the matrix instead")
    }

    @Test func `a product beyond 64 bits is refused`() throws {
        let axis = Axis(try key("fit.epochs"), (0..<1_000_000).map { .integer($0) })
        #expect(throws: SweepMistake.Cause.self) { try Grid(axes: [axis, axis, axis, axis]) }
        #expect(throws: SweepMistake.Cause.self) { try Grid(axes: [axis], repeats: Int.max) }
    }

    @Test func `a million is allowed`() throws {
        let (epochs, batch) = (try key("fit.epochs"), try key("fit.batch"))
        let values = (0..<1_000).map { SettingValue.integer($0) }
        let grid = try Grid(axes: [Axis(epochs, values), Axis(batch, values)])
        #expect(grid.count == 1_000_000)
        #expect(Set(grid[999_999]) == [Assignment(epochs, .integer(999)), Assignment(batch, .integer(999))])
    }
}
