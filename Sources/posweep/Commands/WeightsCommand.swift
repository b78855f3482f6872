import ArgumentParser
import Experiments
import Foundation

struct WeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Look into weights files, and convert them.",
        discussion: """
            Reads torchvision's .pth files, those of today and those before PyTorch 1.6,
            and .safetensors. Nothing in a file is run.

            Examples:

              posweep weights inspect vgg16-397923af.pth
              posweep weights convert vgg16-397923af.pth --output vgg16.safetensors
            """,
        subcommands: [WeightsInspectCommand.self, WeightsConvertCommand.self])
}

struct WeightsInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "List the tensors of a weights file and the encoders that it fits.",
        discussion: """
            Example:

              posweep weights inspect vgg16-397923af.pth
            """)

    @Argument(help: "A .pth or .safetensors file.", completion: .weightsFile)
    var file: String

    @OptionGroup var form: OutputForm

    private struct Listing: Encodable {
        struct Tensor: Encodable {
            let name: String
            let type: String
            let shape: [Int]
            let bytes: Int
        }

        let file: String
        let form: String
        let encoders: [String]
        let tensors: [Tensor]
    }

    func run() throws {
        let weights = try WeightsFile(readingFrom: URL(filePath: file))
        let listing = Listing(
            file: file, form: weights.form.rawValue, encoders: weights.encoders.map(\.rawValue),
            tensors: weights.entries.sorted { $0.key.localizedStandardCompare($1.key) == .orderedAscending }.map {
                Listing.Tensor(
                    name: $0.key, type: $0.value.type.description, shape: $0.value.shape,
                    bytes: $0.value.count * $0.value.type.size)
            })
        guard !form.isJSON else { return print(try OutputForm.json(of: listing)) }
        let width = listing.tensors.map(\.name.count).max() ?? 0
        for tensor in listing.tensors {
            let name = PrintableName.shown(tensor.name).padding(toLength: width, withPad: " ", startingAt: 0)
            print("\(name)  \(tensor.type)  \(tensor.shape.map(String.init).joined(separator: "x"))")
        }
        let fits = listing.encoders.isEmpty ? "no encoder of posweep" : listing.encoders.joined(separator: ", ")
        print("\(listing.tensors.count) tensors, \(listing.form); fits \(fits)")
    }
}

struct WeightsConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write an encoder's weights alone, as .safetensors with torchvision's names.",
        discussion: """
            What the encoder does not need, such as a classifier, is left out.

            Example:

              posweep weights convert old.pth --encoder resnet50 --output new.safetensors
            """)

    @Argument(help: "A .pth or .safetensors file.", completion: .weightsFile)
    var file: String

    @Option(
        help: ArgumentHelp("The .safetensors file to write.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var output: String

    @Option(help: "The encoder; needed only where the file fits several.")
    var encoder: EncoderName?

    @Flag(help: "Round to float16: half the size, and features that differ in the third digit.")
    var half = false

    @OptionGroup var form: OutputForm

    private struct Written: Encodable {
        let file, encoder: String
        let tensors: Int
    }

    func validate() throws {
        guard encoder != EncoderName.none else { throw ValidationError("the raw image has no weights") }
    }

    func run() throws {
        let weights = try WeightsFile(readingFrom: URL(filePath: file))
        let encoder = try encoder ?? onlyEncoder(of: weights)
        try EncoderTensors(of: encoder, in: file).write(isHalf: half, to: URL(filePath: output))
        let tensors = encoder.tensors.count
        try form.show(
            Written(file: output, encoder: encoder.rawValue, tensors: tensors),
            "\(output): \(encoder.rawValue), \(tensors) tensors")
    }

    private func onlyEncoder(of weights: WeightsFile) throws -> EncoderName {
        let fits = weights.encoders
        guard let encoder = fits.first, fits.count == 1 else {
            throw fits.isEmpty
                ? Failure.work(
                    "\(file) fits no encoder of posweep — see posweep weights inspect, or name one with --encoder")
                : Failure.usage(
                    "\(file) fits \(fits.map(\.rawValue).joined(separator: ", ")) — name one with --encoder")
        }
        return encoder
    }
}

/// A name from a file as it may be shown on a terminal.
private enum PrintableName {
    static func shown(_ name: String) -> String {
        String(name.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : Character($0) })
    }
}
