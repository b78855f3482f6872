import ArgumentParser
import Experiments
import Foundation

struct TargetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "targets",
        abstract: "Write the ground-truth position maps as .npy and .png.",
        discussion: """
            Example:

              posweep targets --size 224 --output targets
            """)

    @Option(help: "Side of the maps in pixels, 2 to 4096.")
    var size = 224

    @Option(help: "The values between which HS and VS swing: unit is [0, 1], signed is [−1, 1].")
    var stripes = StripeRange.unit

    @Option(
        help: ArgumentHelp("The folder to write to; it is made where there is none.", valueName: "folder"),
        completion: .directory)
    var output: String

    func validate() throws {
        guard (2...4096).contains(size) else { throw ValidationError("--size \(size): choose 2 to 4096 pixels") }
    }

    func run() throws {
        let folder = URL(filePath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for target in PositionMap.allCases {
            let values = target.values(side: size, stripes: stripes)
            let file = folder.appending(path: target.rawValue)
            try NumPyFile(shape: [size, size], values: values).write(to: file.appendingPathExtension("npy"))
            try HeatMap.grey(values, height: size, width: size).write(to: file.appendingPathExtension("png"))
        }
        print(folder.path)
    }
}

extension StripeRange: ExpressibleByArgument {}
