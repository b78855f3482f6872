import ResultsStore

/// Where everything goes that is not a result; lines from files and hosts come without what a terminal would obey.
func printToStandardError(_ text: String) {
    Terminal.errors.write(PrintableText.printableLines(text) + "\n")
}
