import ResultsStore

/// Prints a result: its lines and columns, without whatever else a terminal would obey, wherever it came from.
func print(_ text: String, terminator: String = "\n") {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false)
            .map { PrintableText.printable(String($0)) }.joined(separator: "\t")
    }
    Swift.print(lines.joined(separator: "\n"), terminator: terminator)
}
