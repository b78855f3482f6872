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

    @OptionGroup var form: OutputForm

    private struct Written: Encodable {
        struct Map: Encodable {
            let target, array, picture: String
        }

        let folder: String
        let size: Int
        let stripes: String
        let maps: [Map]
    }

    func validate() throws {
        guard (2...4096).contains(size) else { throw ValidationError("--size \(size): choose 2 to 4096 pixels") }
    }

    func run() throws {
        let folder = URL(filePath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let maps = try PositionMap.allCases.map { target in
            let values = target.values(side: size, stripes: stripes)
            let file = folder.appending(path: target.rawValue)
            let (array, picture) = (file.appendingPathExtension("npy"), file.appendingPathExtension("png"))
            try NumPyFile(shape: [size, size], values: values).write(to: array)
            try HeatMap.grey(values, height: size, width: size).write(to: picture)
            return Written.Map(target: target.rawValue, array: array.path, picture: picture.path)
        }
        try form.show(
            Written(folder: folder.path, size: size, stripes: stripes.rawValue, maps: maps), folder.path)
    }
}

extension StripeRange: ExpressibleByArgument {}
