import ResultsStore
import TestSupport
import Testing

@testable import posweep

@Suite("The panel of a run")
struct PanelTests {
    static let newest = NewestTrials(
        sweep: "table1", settings: ["encoder", "encoder.padding", "target", "seed"], testSets: ["natural", "black"],
        metrics: ["SPC", "MAE"],
        rows: [
            NewestTrials.Row(settings: ["vgg16", "zero", "H", "3"], figures: [0.9123, 0.0412, nil, 0.25]),
            NewestTrials.Row(settings: ["resnet152", "none", "VS", "12"], figures: [-0.02, 0.251, 0.1, 0.2]),
        ])

    static let running = Panel(
        sweeps: [
            Panel.Sweep(
                name: "table1", trials: 2_500, finishedTrials: 1_204, fraction: 0.4816, runningTasks: 2,
                waitingTasks: 12, blockedTasks: 3, failed: 1, failsByTask: true, trialsPerMinute: 12.34,
                secondsLeft: 6_300)
        ],
        workers: [
            Panel.Worker(host: "node-a", state: "connected", threads: 4, activity: "fit, epoch 3, 42 %"),
            Panel.Worker(host: "node-b.cluster.example.org", state: "silent", threads: 16, activity: "features"),
            Panel.Worker(host: "計算機", state: "standing still", threads: 1, activity: "its owner is here"),
        ], newest: newest,
        trainings: [
            "task 1a2b3c4d, saliency, vgg5_bn, padding none, seed 2: epoch 3 of 15, loss ▇▄▂ 0.31 → 0.12, Fm ▁▅▇ 0.1 → 0.6"
        ],
        elapsed: 95)

    static let watched = Panel(
        sweeps: ["finished": 0, "second": 7, "third": 2].sorted { $0.key < $1.key }.map { name, waiting in
            Panel.Sweep(
                name: name, trials: 40, finishedTrials: 40 - waiting, fraction: 1 - Double(waiting) / 40,
                runningTasks: min(1, waiting), waitingTasks: waiting, blockedTasks: 0, failed: 0,
                remark: waiting == 7 ? "paused" : nil)
        }, workers: [], newest: newest)

    @Test(arguments: [40, 80, 200], ["running", "watched"])
    func `is drawn in the columns that there are`(width: Int, name: String) throws {
        let lines = (name == "running" ? Self.running : Self.watched).lines(width: width, height: 24)
        #expect(lines.allSatisfy { $0.width < width })
        let text = lines.map { $0.rendered(Self.colourless) + "\n" }.joined()
        try expectGolden(text, "\(name)-\(width).txt")
    }

    @Test(arguments: [20, 80])
    func `is ASCII where the terminal shows no more, and in colour where it shows some`(width: Int) throws {
        let lines = Self.running.lines(width: width, height: 24)
        let ascii = lines.map { $0.rendered(.plain) + "\n" }.joined()
        #expect(ascii.utf8.allSatisfy { $0 < 0x80 && ($0 >= 0x20 || $0 == 0x0A) })
        try expectGolden(ascii, "ascii-\(width).txt")
        let coloured = lines.map { $0.rendered(Self.coloured) + "\n" }.joined()
        try expectGolden(coloured.replacing("\u{1B}", with: "␛"), "coloured-\(width).txt")
    }

    @Test(arguments: 1...40)
    func `is never taller than the terminal, nor wider`(height: Int) {
        var crowded = Self.running
        crowded.workers = (1...200).map { Panel.Worker(host: "node-\($0)", state: "connected", threads: 2) }
        for panel in [Self.running, Self.watched, crowded, Panel(sweeps: [], workers: [])] {
            for width in [1, 2, 3, 7, 12, 19, 33, 61, 79, 120] {
                let lines = panel.lines(width: width, height: height)
                #expect((1...max(1, height - 1)).contains(lines.count))
                #expect(lines.allSatisfy { $0.width <= max(1, width - 1) }, "\(width) x \(height)")
            }
        }
    }

    @Test func `what is crowded out is counted`() {
        var crowded = Self.running
        crowded.workers = (1...200).map {
            Panel.Worker(host: "node-\($0)", state: $0 == 77 ? "silent" : "connected", threads: 2)
        }
        let text = crowded.lines(width: 80, height: 24).map { $0.rendered(.plain) }
        #expect(text.contains("200 workers, 400 threads"))
        #expect(text.contains { $0 == "  ~ and 189 more" }, "\(text)")
        // Whoever needs somebody to look after it is not crowded out by those who do not.
        #expect(text.contains { $0.hasPrefix("  node-77") })
        // And there is still room for what came of their work.
        #expect(text.contains { $0.hasPrefix("vgg16") })
    }

    @Test func `names cannot move the cursor, and figures from another process need not fit together`() {
        var hostile = Self.running
        let evil = "\u{1B}[2J\u{9B}31mx\r\ny\u{202E}z\u{7}\t"
        hostile.sweeps[0].name = evil
        hostile.sweeps[0].remark = evil
        (hostile.sweeps[0].fraction, hostile.sweeps[0].secondsLeft, hostile.sweeps[0].trialsPerMinute) =
            (.nan, .infinity, .nan)
        hostile.workers = [Panel.Worker(host: evil, state: evil, threads: -1, activity: evil)]
        hostile.trainings = [evil]
        hostile.newest = NewestTrials(
            sweep: evil, settings: [evil, evil], testSets: [evil, evil], metrics: [evil],
            rows: [
                NewestTrials.Row(settings: [evil], figures: []), NewestTrials.Row(settings: [], figures: [1, .nan]),
            ])
        for line in hostile.lines(width: 80, height: 24) {
            let text = line.rendered(Self.colourless)
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
            #expect(!text.contains("\u{202E}"))
        }
    }

    static let colourless = TerminalStyle(
        isTerminal: true, environment: ["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"])
    static let coloured = TerminalStyle(isTerminal: true, environment: ["TERM": "xterm", "LANG": "C.UTF-8"])
}
