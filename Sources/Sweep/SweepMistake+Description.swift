extension SweepMistake.Cause: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notYAML, .textTooLong, .tooDeep, .tooManyValues, .refusedYAML, .duplicateKey, .unresolvedVariable,
            .unclosedVariable:
            textDescription
        case .unknownKey, .noSuchOverride, .notKeyAndValue, .missingKey, .wrongType, .unknownValue,
            .outOfRange, .evenKernel, .badName, .notAscending, .writtenTwice, .notOneSource:
            valueDescription
        case .emptyMatrix, .emptyAxis, .seedsAreNoAxis, .axisTwice, .tooManyTrials, .tooManyExclusions,
            .unmatchedExclusion, .unmatchedCondition, .conditionsMeet, .redundantInclusion, .nothingToRun,
            .noTestSets, .noRings, .noSuchPath, .noSuchFolder, .noSuchWeights, .noSuchStage, .notTrainable,
            .nothingToTrainOn, .unusableContent,
            .taskNotEncodable, .taskTooLarge:
            sweepDescription
        case .unequalLengths, .notOneDistribution, .needsSample, .notDrawable, .notAnInterval, .logarithmOfZero,
            .nothingToDrawFrom, .sampledAblation, .sampledGrid, .needsAblation, .notAPair, .notDroppable,
            .nothingToDrop, .dropNeedsList:
            methodDescription
        }
    }

    private var textDescription: String {
        switch self {
        case .notYAML(let problem): "this is not YAML: \(problem)"
        case .textTooLong(let bytes, let limit): "the file has \(bytes) bytes; a sweep file has at most \(limit)"
        case .tooDeep(let limit): "nested deeper than \(limit) levels — a sweep file needs three"
        case .tooManyValues(let limit): "more than \(limit) values in one file — split the sweep"
        case .refusedYAML(let what, let instead): "\(what) are not read in sweep files — \(instead)"
        case .duplicateKey(let key): "the key '\(key)' is written twice — keep one"
        case .unresolvedVariable(let name):
            "the environment has no \(name) — export it, or write ${\(name):-default}"
        case .unclosedVariable(let text): "'\(text)' is no variable — write ${NAME} or ${NAME:-default}"
        default: ""
        }
    }

    private var valueDescription: String {
        switch self {
        case .unknownKey(let key, let section, let nearest, let known):
            "unknown key '\(key)' in \(section) — \(Self.advice(nearest, known))"
        case .noSuchOverride(let key, let nearest):
            "there is no setting '\(key)'" + (nearest.map { " — did you mean '\($0)'?" } ?? "")
        case .notKeyAndValue: "this is no override — write --set key=value, as in --set fit.epochs=3"
        case .missingKey(let key, let section, let example):
            "\(section) needs the key '\(key)' — for example \(example)"
        case .wrongType(let key, let expected, let found): "\(key) is \(expected), not \(found)"
        case .unknownValue(let value, let key, let nearest, let known):
            "unknown value '\(value)' of \(key) — \(Self.advice(nearest, known))"
        case .outOfRange(let value, let key, let lowest, let highest):
            "\(key) is \(value) — it goes from \(lowest) to \(highest)"
        case .evenKernel(let kernel): "posenet.kernel is \(kernel) — kernels have an odd side, as 3 or 7"
        case .badName(let name, let key):
            "'\(name)' is no \(key) — use 1 to 64 letters, digits, '_' and '-', since files are named after it"
        case .notAscending(let key): "\(key) is not ascending — write its numbers from small to large, each once"
        case .writtenTwice(let value, let list): "\(value) stands twice in \(list) — keep one"
        case .notOneSource(let key, let found):
            (found.isEmpty ? "\(key) names no images" : "\(key) names images in \(found.count) ways")
                + " — write one of folder, constant, noise, synthetic"
        default: ""
        }
    }

    private var sweepDescription: String {
        switch self {
        case .emptyMatrix(let section):
            "\(section) has no axis — name one, as in target: [H, V], or leave \(section) out"
        case .emptyAxis(let key): "the axis \(key) has no values — give it one, or leave it out"
        case .seedsAreNoAxis: "seeds are repeats and no axis — write seeds: 3 or seeds: [1, 2, 3] beside the matrix"
        case .axisTwice(let key): "\(key) is an axis already — vary it in one place"
        case .tooManyTrials(let axes, let limit): "more than \(limit) trials (\(axes)) — take values away"
        case .tooManyExclusions(let rules, let combinations):
            "\(rules) rules for \(combinations) combinations — take values out of the matrix instead"
        case .unmatchedExclusion(let rule): "no combination matches the exclusion \(rule) — is a value misspelt?"
        case .unmatchedCondition(let rule): "no point matches if: \(rule) — is a value misspelt?"
        case .conditionsMeet(let key, let rule):
            "\(key) is an axis of another entry of when too, and both hold for some points — narrow if: \(rule)"
        case .noSuchStage(let stage, let encoder, let lowest, let highest):
            "\(encoder) has no stage \(stage), its stages are \(lowest) to \(highest) — exclude the combination, or write "
                + "when: [{if: {encoder: \(encoder)}, matrix: {encoder.stages: …}}]"
        case .notTrainable(let cause): cause
        case .nothingToTrainOn(let task, let example):
            "encoder.from is \(task), and training.data has no images for it — for example \(example)"
        case .redundantInclusion(let rule): "the inclusion \(rule) adds nothing — the sweep has this trial already"
        case .nothingToRun: "the exclusions leave no trial — take one away"
        case .noTestSets: "data.test names no test set — for example test: {black: {constant: 0}}"
        case .noRings: "there are no rings to show metrics on — write data: {rings: 7}"
        case .noSuchPath(let path, let key): "\(key): there is no \(path) — paths start at the sweep file's folder"
        case .noSuchFolder(let path, let key, let holds):
            "\(key): there is no \(path), which should hold \(holds) — put them there, name another folder, "
                + "or run on synthetic data: --set data=synthetic"
        case .noSuchWeights(let path, let encoder, let published):
            "weights.\(encoder): there is no \(path) — put torchvision's \(published) there "
                + "(https://download.pytorch.org/models/\(published)), "
                + "or run on synthetic data with seeded weights: --set data=synthetic"
        case .unusableContent(let cause): "\(cause) — or run on synthetic data: --set data=synthetic"
        case .taskNotEncodable(let cause): "a task cannot be written as JSON: \(cause)"
        case .taskTooLarge(let bytes, let limit):
            "the data and one trial take \(bytes) bytes and a task has at most \(limit) — use fewer test sets"
        default: ""
        }
    }

    private var methodDescription: String {
        switch self {
        case .unequalLengths(let block, let lengths):
            "the settings of \(block) move together and need equally many values (\(lengths))"
        case .notOneDistribution(let axis, let found):
            "\(axis) names \(found) distributions — write one of uniform, log_uniform, choice, or a list of values"
        case .needsSample(let axis): "\(axis) is drawn from a distribution — say how often: sample: 50"
        case .notDrawable(let key, let distribution):
            "\(key) is no number that \(distribution) could draw — write {choice: […]} or a list of values"
        case .notAnInterval(let key): "\(key) is [lowest, highest], two numbers of which the second is larger"
        case .logarithmOfZero(let key): "\(key) starts at 0, which has no logarithm — write a small number instead"
        case .nothingToDrawFrom: "sample draws from matrix and zip, and there is neither"
        case .sampledAblation: "an ablation tries all its arms — take sample or method: ablation away"
        case .sampledGrid: "a grid tries all its points — take sample or method: grid away"
        case .needsAblation(let key): "\(key) belongs to an ablation — write method: ablation, or take it away"
        case .notAPair(let names): "[\(names)] is no pair — name two different settings of vary"
        case .notDroppable(let key): "\(key) is no list, so no element of it can be left out"
        case .nothingToDrop(let key): "the baseline's \(key) has no element that could be left out"
        case .dropNeedsList(let key):
            "which \(key) there are depends on the encoder, which is an axis — write the list out under baseline"
        default: ""
        }
    }

    private static func advice(_ nearest: String?, _ known: [String]) -> String {
        nearest.map { "did you mean '\($0)'?" }
            ?? (known.count == 1 ? "only '\(known[0])' is known" : "known are \(known.joined(separator: ", "))")
    }
}
