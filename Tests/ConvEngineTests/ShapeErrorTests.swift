import ConvEngine
import Testing

@Suite("Shape errors")
struct ShapeErrorTests {
    private func layer(_ name: String = "conv", kernel: Int, stride: Int = 1, padding: Padding = .none) throws
        -> Convolution
    {
        let filter = try Filter(
            outputChannels: 2, inputChannels: 3, kernel: kernel, values: Array(repeating: 1, count: 6 * kernel * kernel)
        )
        return try Convolution(name, filter: filter, bias: [0, 0], stride: stride, padding: padding)
    }

    @Test func `a filter whose values do not fill it is refused`() {
        #expect(throws: ShapeError.filterValues(found: 5, outputChannels: 2, inputChannels: 3, kernel: 1)) {
            try Filter(outputChannels: 2, inputChannels: 3, kernel: 1, values: [1, 2, 3, 4, 5])
        }
    }

    @Test func `a filter too large to count is refused`() {
        let huge = Int.max / 2
        #expect(throws: ShapeError.filterValues(found: 0, outputChannels: huge, inputChannels: 4, kernel: 3)) {
            try Filter(outputChannels: huge, inputChannels: 4, kernel: 3, values: [])
        }
    }

    @Test func `a filter without channels is refused`() {
        #expect(throws: ShapeError.extent(of: "filter", what: "inputChannels", value: 0, smallest: 1)) {
            try Filter(outputChannels: 2, inputChannels: 0, kernel: 1, values: [])
        }
    }

    @Test func `a bias of another length is refused`() throws {
        let filter = try Filter(outputChannels: 2, inputChannels: 1, kernel: 1, values: [1, 2])
        #expect(throws: ShapeError.biasValues(of: "conv1", found: 3, outputChannels: 2)) {
            try Convolution("conv1", filter: filter, bias: [0, 0, 0])
        }
    }

    @Test func `a stride of zero and a negative padding are refused`() {
        #expect(throws: ShapeError.extent(of: "conv", what: "the stride", value: 0, smallest: 1)) {
            try layer(kernel: 3, stride: 0)
        }
        #expect(throws: ShapeError.extent(of: "conv", what: "the padding", value: -1, smallest: 0)) {
            try layer(kernel: 3, padding: .zero(-1))
        }
    }

    @Test func `maps with other channels are refused`() throws {
        let maps = Shape(images: 1, height: 8, width: 8, channels: 4)
        #expect(throws: ShapeError.channels(of: "conv", expected: 3, found: maps)) {
            try layer(kernel: 3).outputShape(for: maps)
        }
    }

    @Test func `a map smaller than the kernel is refused`() throws {
        let map = Shape(images: 1, height: 4, width: 4, channels: 3)
        #expect(throws: ShapeError.smallerThanKernel(map, of: "conv", kernel: 7, padding: .zero(1))) {
            try layer(kernel: 7, padding: .zero(1)).outputShape(for: map)
        }
        #expect(try layer(kernel: 7, padding: .zero(2)).outputShape(for: map).height == 2)
    }

    @Test(arguments: [
        (
            ShapeError.filterValues(found: 5, outputChannels: 2, inputChannels: 3, kernel: 1),
            "a filter of 2x3x1x1 has 5 values — check that the weights belong to this layer"
        ),
        (
            ShapeError.biasValues(of: "conv1_1", found: 3, outputChannels: 2),
            "conv1_1: 3 bias values for 2 output channels — check that the weights belong to this layer"
        ),
        (
            ShapeError.extent(of: "conv1_1", what: "the stride", value: 0, smallest: 1),
            "conv1_1: the stride is 0 — it must be at least 1"
        ),
        (
            ShapeError.channels(of: "conv1_1", expected: 3, found: Shape(images: 1, height: 8, width: 8, channels: 4)),
            "conv1_1 reads 3 channels, not maps of [1, 8, 8, 4] — check the layer before it"
        ),
        (
            ShapeError.smallerThanKernel(
                Shape(images: 1, height: 4, width: 4, channels: 3), of: "conv1_1", kernel: 7, padding: .zero(1)),
            """
            conv1_1: a map of 4x4 is smaller than the 7x7 kernel with padding zero(1) — use larger images, a smaller \
            kernel or more padding
            """
        ),
    ])
    func `an error says what is wrong, where, and what to do`(error: ShapeError, text: String) {
        #expect(error.description == text)
    }

    @Test func `a forward pass on maps of another depth stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let filter = try Filter(outputChannels: 1, inputChannels: 2, kernel: 1, values: [1, 2])
            let layer = try Convolution("conv", filter: filter, bias: [0])
            _ = layer(Tensor(Shape(images: 1, height: 2, width: 2, channels: 1)))
        }
    }
}
