import Coordination
import ResultsStore
import Testing

@Suite("Paired differences")
struct PairedDifferenceTests {
    /// scipy.stats.t.ppf(0.975, n − 1), times the standard error of [0, 1, …] by NumPy.
    @Test(arguments: [
        (2, 12.706204736174694), (3, 4.302652729749462), (4, 3.1824463052837078), (5, 2.7764451051977934),
        (10, 2.262157162798205), (31, 2.0422724563012378), (100, 1.9842169515864174),
    ])
    func `the interval is Student's`(pairs: Int, quantile: Double) throws {
        let difference = try #require(PairedDifference((0..<pairs).map(Double.init)))
        // The variance of 0…n−1 is n(n+1)/12, the squared standard error (n+1)/12.
        let standardError = (Double(pairs + 1) / 12).squareRoot()
        #expect(abs(try #require(difference.margin) / (quantile * standardError) - 1) < 1e-10)
        #expect(difference.mean == Double(pairs - 1) / 2)
    }

    /// SciPy: 0.0325 ± 0.027175308837960155; halves are rounded to even.
    @Test func `it is written with its interval and the number of pairs`() throws {
        #expect(PairedDifference([0.03, 0.05, 0.01, 0.04])?.text == "+0.032 ± 0.027 (n=4)")
        #expect(PairedDifference([-0.5])?.text == "-0.500 (n=1)")
        #expect(PairedDifference([0.0001])?.text == "0.000 (n=1)")
        #expect(PairedDifference([]) == nil)
    }

    private func table(_ baseline: String) throws -> ResultsTable {
        let definition = TableSamples.definition(rows: ["encoder", "encoder.padding", "target"])
        let trials = TableSamples.trials(of: definition)
        let baseline = try #require(Baseline(baseline))
        if let mistake = ResultsTable.mistake(in: baseline, definition: definition, trials: trials) {
            throw StoreError.badBaseline("\(baseline)", detail: mistake)
        }
        return ResultsTable(name: "t", definition: definition, trials: trials, baseline: baseline)
    }

    @Test func `each row is compared with the row that has the baseline's settings, seed by seed`() throws {
        let table = try table("encoder.padding=zero")
        // Row by row of the sample, SPC falls by 1/16 from trial to trial, and there are six between these two.
        let row = try #require(table.rows.first { $0.keys == ["vgg16", "none", "G"] })
        let paired = try #require(row.cells[0][0]?.paired)
        #expect(paired.pairs == 2)
        #expect(abs(paired.mean + 6.0 / 16) < 1e-12)
        #expect(abs(try #require(paired.margin)) < 1e-12)
        #expect(table.rows.first { $0.keys == ["vgg16", "zero", "G"] }?.cells[0][0]?.paired == nil)
    }

    @Test(arguments: [
        ("encoder=resnet50", "no row has encoder = 'resnet50'; there are none, vgg16"),
        ("posenet.kernel=3", "'posenet.kernel' makes no rows or columns here"),
    ])
    func `a baseline that is not there is refused with what is`(text: String, cause: String) throws {
        let error = try #require(throws: StoreError.self) { try table(text) }
        #expect(error.description.contains(cause))
    }

    @Test(arguments: ["", "encoder", "=1", "encoder=none,encoder=vgg16"])
    func `what is no setting and value is no baseline`(text: String) {
        #expect(Baseline(text) == nil)
    }

    @Test func `a value may be a list`() {
        #expect(Baseline("encoder.stages=[1, 2],target=H") != nil)
    }
}
