package import Coordination
package import ResultsStore

/// What the dashboard shows: each sweep's progress and its table, as one HTML page without scripts.
package struct Page: Hashable, Sendable {
    package struct Section: Hashable, Sendable {
        let progress: SweepProgress
        let table: ResultsTable
        /// Of its finished trainings, as many as the page shows.
        let curves: TrialCurves

        package init(progress: SweepProgress, table: ResultsTable, curves: TrialCurves) {
            self.progress = progress
            self.table = table
            self.curves = curves
        }
    }

    package let sections: [Section]
    /// The trainings that run and have ended an epoch.
    package let running: [RunningTraining]

    /// The learning curves that are drawn of each sweep, and of what runs.
    package static let plotsLimit = 60

    /// Nothing but the page's own style; no script, no other site.
    package static let securityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"

    package init(sections: [Section], running: [RunningTraining] = []) {
        self.sections = sections
        self.running = Array(running.prefix(Self.plotsLimit))
    }

    package var html: String {
        let body =
            sections.isEmpty ? "<p>No sweep has been submitted.</p>" : sections.map(\.html).joined(separator: "\n")
        return Self.document(body + runningPlots)
    }

    private var runningPlots: String {
        guard !running.isEmpty else { return "" }
        let plots = running.map { CurvePlot(title: $0.title, curve: $0.curve, epochs: $0.epochs).html }
        return """

            <section>
            <h2>In training</h2>
            <div class="plots">
            \(plots.joined(separator: "\n"))
            </div>
            </section>
            """
    }

    /// The page for a store that cannot be read.
    package static func failure(_ message: String) -> String {
        document("<p role=\"alert\">\(escaped(message))</p>")
    }

    private static func document(_ body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>posweep</title>
        <style>
        :root { color-scheme: light dark; font-family: system-ui, sans-serif; }
        body { margin: 2rem auto; max-width: 100rem; padding: 0 1rem; }
        pre { overflow-x: auto; }
        progress { width: min(30rem, 100%); }
        .plots { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; width: 15rem; }
        figcaption { font-size: 0.8rem; }
        </style>
        </head>
        <body>
        <main>
        <h1>posweep</h1>
        <p><a href="/plain">Show how it is now</a></p>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    /// Text from files and sockets, so that none of it becomes markup.
    static func escaped(_ text: String) -> String {
        // By scalars: a quote under an accent is one character to Swift, and still the end of an attribute.
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;".unicodeScalars
            case "<": escaped += "&lt;".unicodeScalars
            case ">": escaped += "&gt;".unicodeScalars
            case "\"": escaped += "&quot;".unicodeScalars
            case "'": escaped += "&#39;".unicodeScalars
            // What HTML has no place for.
            case "\0"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}

extension Page.Section {
    var html: String {
        let trials = progress.trials
        var counts = "\(trials.finished) of \(trials.all) trials finished"
        if trials.failed > 0 { counts += ", \(trials.failed) failed" }
        if progress.tasks.running > 0 { counts += ", \(progress.tasks.running) tasks running" }
        if progress.isPaused { counts += ", paused" }
        if progress.isCancelled { counts += ", cancelled" }
        return """
            <section>
            <h2>\(Page.escaped(progress.name))</h2>
            <p><progress value="\(trials.finished)" max="\(max(1, trials.all))">\(counts)</progress> \(counts)</p>
            <pre tabindex="0">\(Page.escaped(table.formatted(as: .text)))</pre>\(plots)
            </section>
            """
    }

    private var plots: String {
        guard !curves.trials.isEmpty else { return "" }
        let plots = CurvePlot.all(of: curves).map(\.html)
        return "\n<h3>Learning curves</h3>\n<div class=\"plots\">\n\(plots.joined(separator: "\n"))\n</div>"
    }
}
