package import Foundation
package import ResultsStore
import Sweep

/// A sweep's results as one HTML file that needs nothing else and prints well.
package struct Report: Sendable {
    let table: ResultsTable
    let progress: SweepProgress
    /// How the sweep's trainings went.
    let curves: TrialCurves
    /// The case-study sheet as a PNG.
    let sheet: Data?
    let commands: Commands

    /// What to type for the same again.
    package struct Commands: Hashable, Sendable {
        /// Runs the sweep as it was submitted; nil where that is not known.
        package let run: String?
        /// Makes the report.
        package let report: String

        package init(run: String?, report: String) {
            (self.run, self.report) = (run, report)
        }
    }

    package init(
        table: ResultsTable, progress: SweepProgress, curves: TrialCurves, sheet: Data?, commands: Commands
    ) {
        (self.table, self.progress, self.curves, self.sheet, self.commands) = (table, progress, curves, sheet, commands)
    }

    package var html: String {
        let sections = [
            summary, tableSection, plotSection, curveSection, sheetSection, originSection, commandSection,
        ]
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <title>\(Page.escaped(table.name)) – posweep</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            \(sections.compactMap(\.self).joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    // MARK: Sections

    private var summary: String? {
        let trials = progress.trials
        var words = ["\(trials.finished) of \(trials.all) trials finished"]
        if trials.failed > 0 { words.append("\(trials.failed) failed") }
        if trials.missing > 0 { words.append("\(trials.missing) still missing") }
        let description = table.definition.description.map { "<p class=\"lead\">\(Page.escaped($0))</p>\n" } ?? ""
        return "<h1>\(Page.escaped(table.name))</h1>\n\(description)<p>\(words.joined(separator: ", "))</p>"
    }

    private var plotSection: String? {
        let plots = ReportPlot.all(of: table)
        guard !plots.isEmpty else { return nil }
        return """
            <h2>By one setting at a time</h2>
            <p class="quiet">Means over seeds; bars are their standard deviation.</p>
            <div class="plots">
            \(plots.map(\.html).joined(separator: "\n"))
            </div>
            """
    }

    private var curveSection: String? {
        guard !curves.trials.isEmpty else { return nil }
        let plots = CurvePlot.all(of: curves).map(\.html)
        return """
            <h2>Learning curves</h2>
            <p class="quiet">The loss of each epoch, and the figures on validation images behind it; each from its lowest value to its largest.</p>
            <div class="plots">
            \(plots.joined(separator: "\n"))
            </div>
            """
    }

    private var sheetSection: String? {
        sheet.map { data in
            """
            <h2>Cases</h2>
            <p class="quiet">Test images beside the truth, each model's prediction, and its error from dark blue, none, to yellow, one half or more.</p>
            <img class="sheet" alt="Test images with the truth, predictions and errors" src="data:image/png;base64,\(data.base64EncodedString())">
            """
        }
    }

    private var commandSection: String? {
        """
        <h2>The same again</h2>
        <pre>\([commands.run, commands.report].compactMap(\.self).map(Page.escaped).joined(separator: "\n"))</pre>
        <p class="quiet">\(submission)
        The same sweep gives the same figures, byte for byte, on one kind of CPU, with any number of workers.</p>
        """
    }

    /// Which file the sweep was, and where it stood.
    private var submission: String {
        let digest = "the SHA-256 \(Page.escaped(table.definition.fileDigest))"
        guard let origin = table.definition.origin else {
            return """
                The sweep file has \(digest). How it was submitted is not known: the version of posweep that took it did not keep the \
                file's path and what was given with --set.
                """
        }
        return "The sweep file stood in \(Page.escaped(origin.folder)) and has \(digest)."
    }

    private static let style = """
        :root { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; color: #171b24; background: #fff; }
        body { max-width: 86rem; margin: 2rem auto; padding: 0 1.2rem; }
        h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 0.5rem; break-after: avoid; }
        .lead { font-size: 1.1rem; margin: 0.2rem 0; } .quiet, figcaption, .paper { color: #596173; font-size: 0.87rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; } th, td { padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; white-space: nowrap; }
        thead th { border-bottom: 1.5px solid #171b24; font-weight: 600; } tbody tr { border-bottom: 1px solid #dde1e8; break-inside: avoid; }
        tbody th { font-weight: 400; } .number { text-align: right; } .paper { display: block; }
        .ok { color: #1d7a4c; } .off { color: #b3261e; } ul { padding-left: 1.1rem; } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f4f7; padding: 0.8rem; }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1.2rem; }
        figure { margin: 0; break-inside: avoid; } figure ul { list-style: none; padding: 0; margin: 0; font-size: 0.85rem; }
        .sheet { max-width: 100%; } dt { color: #596173; } dd { margin: 0 0 0.4rem; overflow-wrap: anywhere; }
        @page { margin: 15mm; } @media print { body { margin: 0; max-width: none; } .scroll { overflow: visible; }
        th, td { white-space: normal; padding: 0.2rem 0.3rem; } }
        """
}
