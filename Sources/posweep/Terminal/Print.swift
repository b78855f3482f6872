import ResultsStore

/// Prints a result: its lines and columns, without whatever else a terminal would obey, wherever it came from.
func print(_ text: String, terminator: String = "\n") {
    // The tables of a million trials are plain, and need no second copy.
    let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
    Swift.print(isPlain ? text : printable(text), terminator: terminator)
}

private func printable(_ text: String) -> String {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false)
            .map { PrintableText.printable(String($0)) }.joined(separator: "\t")
    }.joined(separator: "\n")
}
