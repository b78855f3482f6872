/// Why a layer cannot be built, or cannot read an input.
package enum ShapeError: Error, Hashable {
    case filterValues(found: Int, outputChannels: Int, inputChannels: Int, kernel: Int)
    case biasValues(of: String, found: Int, outputChannels: Int)
    case extent(of: String, what: String, value: Int, smallest: Int)
    case channels(of: String, expected: Int, found: Shape)
    case smallerThanKernel(Shape, of: String, kernel: Int, padding: Padding)
    case smallerThanPadding(Shape, of: String, padding: Padding)
    case parameters(found: Int, expected: Int)
}

extension ShapeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .filterValues(let found, let outputs, let inputs, let kernel):
            """
            a filter of \(outputs)x\(inputs)x\(kernel)x\(kernel) has \(found) values — check that the weights belong to \
            this layer
            """
        case .biasValues(let name, let found, let outputs):
            "\(name): \(found) bias values for \(outputs) output channels — check that the weights belong to this layer"
        case .extent(let name, let what, let value, let smallest):
            "\(name): \(what) is \(value) — it must be at least \(smallest)"
        case .channels(let name, let expected, let found):
            "\(name) reads \(expected) channels, not maps of \(found) — check the layer before it"
        case .smallerThanKernel(let shape, let name, let kernel, let padding):
            """
            \(name): a map of \(shape.height)x\(shape.width) is smaller than the \(kernel)x\(kernel) kernel with padding \
            \(padding) — use larger images, a smaller kernel or more padding
            """
        case .smallerThanPadding(let shape, let name, let padding):
            """
            \(name): a map of \(shape.height)x\(shape.width) has too few pixels for the padding \(padding) — use larger \
            images or zero padding
            """
        case .parameters(let found, let expected):
            "a network of \(expected) parameters got \(found) — check that they are those of its layers"
        }
    }
}
