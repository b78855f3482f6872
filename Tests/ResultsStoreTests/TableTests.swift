import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Results table")
struct TableTests {
    @Test(arguments: TableFormat.allCases)
    func `a finished sweep looks as it always did`(format: TableFormat) throws {
        let definition = TableSamples.definition()
        let table = ResultsTable(name: "table5", definition: definition, trials: TableSamples.trials(of: definition))
        try expectGolden(table.formatted(as: format), "finished.\(format.rawValue)")
    }

    @Test(arguments: TableFormat.allCases)
    func `a running sweep shows and counts what is missing, failed, undefined and skipped`(
        format: TableFormat
    ) throws {
        let definition = TableSamples.definition()
        let table = ResultsTable(
            name: "=table|5 位置\u{1B}[2J", definition: definition, trials: TableSamples.unfinished(definition))
        try expectGolden(table.formatted(as: format), "unfinished.\(format.rawValue)")
    }

    @Test func `a failure that left a log shows the end of it, each kind once`() {
        let definition = TableSamples.definition(testSets: ["natural"], seeds: 1...1)
        let log = (1...9).map { "line \($0)" }.joined(separator: "\n") + String(repeating: "x", count: 300)
        let trials = TableSamples.trials(of: definition).enumerated().map { position, trial in
            TableTrial(
                id: trial.id, settings: trial.settings,
                state: .failed(cause: "the computation crashed (SIGSEGV)\n\(log) of attempt \(position)"))
        }
        let notes = ResultsTable(name: "table5", definition: definition, trials: trials).notes
        let count = trials.count
        #expect(notes.first == "✗ \(count) of \(count) trials failed: the computation crashed (SIGSEGV)")
        #expect(notes.dropFirst().prefix(4) == (5...8).map { "    line \($0)" }[...])
        #expect(notes.count == 6)
        #expect(notes.allSatisfy { $0.count <= 164 })
    }

    @Test(arguments: TableFormat.allCases)
    func `a sweep without a result is a table all the same`(format: TableFormat) throws {
        let definition = TableSamples.definition(testSets: ["natural"], seeds: 1...1)
        let trials = TableSamples.trials(of: definition).map {
            TableTrial(id: $0.id, settings: $0.settings, state: .missing)
        }
        let table = ResultsTable(name: "table5", definition: definition, trials: trials)
        try expectGolden(table.formatted(as: format, provenance: false), "empty.\(format.rawValue)")
    }

    @Test(arguments: ["unit", "signed"], [TableFormat.text, .markdown])
    func `the paper's figures stand beside ours`(stripes: String, format: TableFormat) throws {
        let definition = TableSamples.definition(stripes: stripes, seeds: 1...1)
        let table = ResultsTable(
            name: "table5", definition: definition, trials: TableSamples.trials(of: definition),
            reference: try ReferenceFigures(csv: paper, file: "paper.csv", cite: "Islam et al., ICLR 2020"))
        try expectGolden(table.formatted(as: format), "compared-\(stripes).\(format.rawValue)")
    }

    @Test func `a figure outside the tolerance is told from one inside, and from one that is incomplete`() throws {
        let definition = TableSamples.definition(
            seeds: 1...2, reference: TableDefinition.Reference(file: "p.csv", cite: nil, tolerance: ["SPC": 0.05]))
        let csv = """
            encoder,encoder_padding,stages,target,test,metric,value
            none,,all,H,natural,SPC,.88
            none,,all,G,natural,SPC,.5
            none,,all,H,black,SPC,.0
            vgg16,zero,1-5,G,natural,SPC,.3
            vgg16,zero,5,H,natural,SPC,.1
            """
        let reference = try ReferenceFigures(csv: csv, file: "p.csv")
        let trials = TableSamples.unfinished(definition)
        let table = ResultsTable(name: "t", definition: definition, trials: trials, reference: reference)
        let verdicts = table.comparisons.map {
            "\($0.keys) \($0.group) \($0.metric) \($0.cell.verdict?.rawValue ?? "")"
        }
        #expect(
            verdicts == [
                #"["H", "none", "zero"] natural SPC ok"#, #"["H", "none", "zero"] black SPC ok"#,
                #"["G", "none", "zero"] natural SPC off"#, #"["G", "vgg16", "zero"] natural SPC ?"#,
            ])
        try expectGolden(table.formatted(as: .text), "verdicts.text")
    }

    @Test func `the best of the rows that predict the same is in bold`() {
        let definition = TableSamples.definition(metrics: ["SPC", "MAE"], testSets: ["natural"])
        let table = ResultsTable(name: "t", definition: definition, trials: TableSamples.trials(of: definition))
        for target in ["H", "G", "HS"] {
            let rows = table.rows.filter { $0.keys[0] == target }
            // SPC falls and MAE rises from trial to trial of the sample.
            #expect(rows.map { $0.cells[0].map { $0?.isBest } } == [[true, true], [false, false], [false, false]])
        }
    }

    @Test func `columns may be a setting, and the test set a row`() throws {
        let definition = TableSamples.definition(rows: ["test", "target"], columns: ["encoder"], metrics: ["SPC"])
        let table = ResultsTable(name: "turned", definition: definition, trials: TableSamples.trials(of: definition))
        // Padding is in neither, but differs, so it makes rows of its own.
        #expect(table.rowKeys == ["test", "target", "encoder.padding"])
        try expectGolden(table.formatted(as: .text), "turned.text")
    }

    @Test func `a test set that the layout does not name makes rows of its own`() {
        let definition = TableSamples.definition(rows: ["encoder", "encoder.padding", "target"], columns: [])
        let table = ResultsTable(name: "t", definition: definition, trials: TableSamples.trials(of: definition))
        #expect(table.rowKeys == ["encoder", "encoder.padding", "target", "test"])
        #expect(table.rows.count == 18)
    }

    @Test(arguments: [
        (0.742, "0.742"), (-0.0004, "0.000"), (-0.0006, "-0.001"), (0.9995, "1.000"), (0.0625, "0.062"),
        (12.3456, "12.346"), (-1.0, "-1.000"), (-1e20, "-1e+20"),
    ])
    func `figures have three decimals, and no zero is negative`(value: Double, text: String) {
        let definition = TableDefinition(
            description: nil, fileDigest: "f1",
            settings: ["seed"], trials: [["1"]], testSets: ["t"], rows: [], columns: ["test"], metrics: ["MAE"],
            reference: nil)
        let findings = TableTrial.Findings(
            metrics: [Samples.metric("t", "MAE", value)], skipped: [],
            provenance: TableSamples.findings(0, ["vgg16"], definition).provenance)
        let table = ResultsTable(
            name: "t", definition: definition,
            trials: [TableTrial(id: Samples.trial(1), settings: ["1"], state: .finished(findings))])
        #expect(table.rows.first?.cells.first?.first??.text == text)
    }

    /// NumPy: np.mean([0.1, 0.4, 0.9]), np.std([0.1, 0.4, 0.9], ddof=1).
    @Test func `seeds are averaged with the sample standard deviation`() throws {
        let cell = try #require(averaged([0.1, 0.4, 0.9]))
        guard case .defined(let mean, let deviation?) = cell.figure else {
            Issue.record("\(cell)")
            return
        }
        #expect(abs(mean - 0.466_666_666_666_666_7) < 1e-15)
        #expect(abs(deviation - 0.404_145_188_432_738_05) < 1e-15)
        #expect(cell.text == "0.467 ± 0.404")
    }

    @Test func `an undefined seed is left out of the mean and counted`() throws {
        #expect(try #require(averaged([0.1, nil, 0.3])).text == "0.200 ± 0.141 (2/3)")
        #expect(try #require(averaged([nil, nil])).text == "–")
    }

    private func averaged(_ values: [Double?]) -> TableCell? {
        let definition = TableDefinition(
            description: nil, fileDigest: "f1",
            settings: ["seed"], trials: values.indices.map { [String($0)] }, testSets: ["t"], rows: [],
            columns: ["test"], metrics: ["SPC"], reference: nil)
        let trials = values.enumerated().map { position, value in
            TableTrial(
                id: Samples.trial(UInt64(position)), settings: [String(position)],
                state: .finished(
                    TableTrial.Findings(
                        metrics: [Samples.metric("t", "SPC", value, undefined: value == nil ? 1 : 0)], skipped: [],
                        provenance: TableSamples.findings(0, ["vgg16"], definition).provenance)))
        }
        return ResultsTable(name: "t", definition: definition, trials: trials).rows.first?.cells.first?.first ?? nil
    }

    /// Lines of the paper's table 5, as in sweeps/paper.
    private let paper = """
        table,model,encoder,encoder_padding,readout_layers,readout_kernel,readout_padding,stages,target,test,metric,value
        5,PosENet,none,,1,3,0,all,H,PASCAL-S,SPC,.012
        5,PosENet,none,,1,3,0,all,H,PASCAL-S,MAE,.251
        1,PosENet,none,,1,3,0,all,H,black,SPC,.0
        5,VGG16,vgg16,zero,1,3,0,1-5,H,PASCAL-S,SPC,.742
        5,VGG16,vgg16,zero,1,3,0,1-5,HS,PASCAL-S,SPC,.405
        5,VGG16,vgg16,zero,1,3,0,1-5,HS,PASCAL-S,MAE,.556
        4,VGG,vgg16,zero,1,3,0,5,H,PASCAL-S,MAE,.177
        5,VGG16 w/o padding,vgg16,none,1,3,0,1-5,H,PASCAL-S,SPC,.381
        """
}
