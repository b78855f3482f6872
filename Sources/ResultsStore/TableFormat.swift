/// The forms in which a table can be printed.
package enum TableFormat: String, CaseIterable, Sendable {
    case text, markdown, csv, json, latex
}

extension ResultsTable {
    /// The table in a format, with a line end after its last line.
    ///
    /// - Parameters:
    ///   - format: Text, Markdown and LaTeX give the pivoted table, CSV and JSON every trial with full precision.
    ///   - provenance: Whether CSV and JSON say where each figure comes from; without, they depend on nothing but
    ///     the figures.
    /// - Returns: The text.
    package func formatted(as format: TableFormat, provenance: Bool = true) -> String {
        switch format {
        case .text: text
        case .markdown: markdown
        case .csv: commaSeparated(provenance: provenance)
        case .json: json(provenance: provenance)
        case .latex: latex
        }
    }
}
