/// One mistake in a sweep file or in an override of the command line.
package struct SweepMistake: Hashable, Sendable {
    package let place: Place
    package let cause: Cause

    /// Where something was written.
    package enum Place: Hashable, Sendable {
        /// Lines and columns are counted from 1; columns in characters.
        case file(String, line: Int, column: Int)
        /// The whole `key=value` after `--set`.
        case override(String)
    }

    package enum Cause: Error, Hashable {
        case notYAML(String)
        case textTooLong(bytes: Int, limit: Int)
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case refusedYAML(String, instead: String)
        case duplicateKey(String)
        case unresolvedVariable(String)
        case unclosedVariable(String)

        case unknownKey(String, section: String, nearest: String?, known: [String])
        case noSuchOverride(String, nearest: String?)
        case notKeyAndValue
        case missingKey(String, section: String, example: String)
        case wrongType(key: String, expected: String, found: String)
        case unknownValue(String, key: String, nearest: String?, known: [String])
        case outOfRange(String, key: String, lowest: String, highest: String)
        case evenKernel(Int)
        case badName(String, key: String)
        case notAscending(key: String)
        case writtenTwice(String, list: String)
        case notOneSource(key: String, found: [String])

        case emptyMatrix(String)
        case emptyAxis(String)
        case seedsAreNoAxis
        case axisTwice(String)
        case tooManyTrials(String, limit: Int)
        case tooManyExclusions(Int, combinations: Int)
        case unequalLengths(String, String)
        case notOneDistribution(String, found: Int)
        case needsSample(String)
        case notDrawable(String, from: String)
        case notAnInterval(String)
        case logarithmOfZero(String)
        case nothingToDrawFrom
        case sampledAblation
        case sampledGrid
        case needsAblation(String)
        case notAPair(String)
        case notDroppable(String)
        case nothingToDrop(String)
        case dropNeedsList(String)
        case noSuchStage(Int, encoder: String, lowest: Int, highest: Int)
        case notTrainable(String)
        case nothingToTrainOn(String, example: String)

        case unmatchedExclusion(String)
        case unmatchedCondition(String)
        case conditionsMeet(String, String)
        case redundantInclusion(String)
        case nothingToRun
        case noTestSets
        case noRings
        case noSuchPath(String, key: String)
        case noSuchFolder(String, key: String, holds: String)
        case noSuchWeights(String, encoder: String, published: String)
        case unusableContent(String)
        case taskNotEncodable(String)
        case taskTooLarge(bytes: Int, limit: Int)
    }
}

extension SweepMistake.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .override(let text): "--set \(text)"
        }
    }
}

extension SweepMistake: CustomStringConvertible {
    /// One line that is fit for a terminal, whatever stands in the file.
    package var description: String {
        let line = "\(place): \(cause)".unicodeScalars.prefix(Self.longest).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .privateUse, .unassigned:
                Unicode.Scalar(0xFFFD) ?? " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(line))
    }

    private static let longest = 5_000
}
