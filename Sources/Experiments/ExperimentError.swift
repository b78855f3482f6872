/// Why an experiment cannot be run.
package enum ExperimentError: Error, Hashable {
    case noSuchStage(Int, known: [Int])
    case imagesTooSmall(side: Int, stage: Int, smallest: Int?, cause: String)
    case readoutLargerThanFeatures(PosENetSettings, side: Int)
    case featuresDoNotFit(images: Int, bytes: Int, memory: Int, disk: Int, folder: String)
    case featuresLost(set: String)
    case mixedEncoders
    case notTrainable(EncoderName)
    case trainingSetting(String, Int, ClosedRange<Int>)
    case trainingImagesTooSmall(EncoderName, EncoderPadding, side: Int, smallest: Int)
    case noClassFolders
    case noTrainedEncoder(trial: String)
    case notACheckpoint(cause: String)
    case otherTraining(String)
    case lossNotFinite(epoch: Int, learningRate: Double)
    case noImages(set: String, skipped: Int, firstCause: String)
}

extension ExperimentError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSuchStage(let stage, let known):
            "there is no stage \(stage) — this encoder has the stages \(known.map(String.init).joined(separator: ", "))"
        case .imagesTooSmall(let side, let stage, let smallest, let cause):
            "images of \(side)x\(side) are too small for stage \(stage) of the encoder — \(cause)"
                + (smallest.map {
                    " — images of \($0) pixels or more will do (data.size, --image-size), or read earlier stages"
                } ?? "")
        case .readoutLargerThanFeatures(let readout, let side):
            """
            a readout of \(readout.layers) layers with kernel \(readout.kernel) and padding \(readout.padding) does not fit on \(side)x\(side) features — \
            choose fewer layers, a smaller kernel or more padding
            """
        case .featuresDoNotFit(let images, let bytes, let memory, let disk, let folder):
            """
            the features of \(images) training images take \(bytes >> 20) MiB; \(memory >> 20) MiB of memory and \
            \(disk >> 20) MiB in \(folder) are allowed — raise --cache-limit, set data.limit, or tap fewer stages
            """
        case .featuresLost(let set):
            "the features of '\(set)' were lost on their way to disk — run the task again"
        case .noTrainedEncoder(let trial):
            "the encoder that trial \(trial.prefix(8)) trains did not come with the task — run the same version of posweep on "
                + "all hosts"
        case .mixedEncoders:
            "the task's trials read different encoders — plan the sweep again with this version of posweep"
        case .notTrainable(let name):
            "\(name.rawValue) cannot be trained — vgg5, vgg16 and vgg19 can, also with batch norm (_bn)"
        case .trainingSetting(let what, let value, let range):
            "\(what) is \(value) — from \(range.lowerBound) to \(range.upperBound) will do for this training"
        case .trainingImagesTooSmall(let name, let padding, let side, let smallest):
            """
            images of \(side)x\(side) are too small to train \(name.rawValue) with encoder.padding \(padding.rawValue): nothing is left of \
            them at its last stage — make training.data.size \(smallest) or more, or keep the maps' size with another padding
            """
        case .noClassFolders: "classification has only its built-in textures to learn from — leave its folders out"
        case .notACheckpoint(let cause): "the checkpoint cannot be used: \(cause) — begin the training anew"
        case .otherTraining(let what):
            "the checkpoint is of a training with other \(what) — begin anew, or resume the training that it is of"
        case .lossNotFinite(let epoch, let learningRate):
            "the loss is no number any more in epoch \(epoch) — use a smaller learning rate than \(learningRate)"
        case .noImages(let set, let skipped, let firstCause):
            "none of the \(skipped) images of '\(set)' can be used — the first: \(firstCause)"
        }
    }
}
