/// Why a sweep file cannot be used: every mistake in it, in the order of the file.
package struct SweepError: Error, Hashable, CustomStringConvertible {
    package let mistakes: [SweepMistake]

    package init(_ mistakes: [SweepMistake]) {
        self.mistakes = mistakes
    }

    /// One line for each mistake.
    package var description: String {
        mistakes.map(\.description).joined(separator: "\n")
    }
}
