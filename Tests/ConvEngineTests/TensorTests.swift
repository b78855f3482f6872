import ConvEngine
import Testing

@Suite("Tensor")
struct TensorTests {
    private let shape = Shape(images: 2, height: 2, width: 3, channels: 2)

    @Test func `a new tensor is zero`() {
        FloatStock.shared.fill(with: .nan)
        #expect(Tensor(shape).values == [Float](repeating: 0, count: 24))
    }

    @Test func `values lie channels first, then columns, rows and images`() {
        let tensor = Tensor(shape, values: (0..<24).map(Float.init))
        #expect(tensor[0, 0, 0, 1] == 1)
        #expect(tensor[0, 0, 1, 0] == 2)
        #expect(tensor[0, 1, 0, 0] == 6)
        #expect(tensor[1, 0, 0, 0] == 12)
        #expect(tensor.values == (0..<24).map(Float.init))
    }

    @Test func `a copy keeps its values when the original is written to`() {
        var tensor = Tensor(shape)
        let copy = tensor
        tensor[1, 1, 2, 1] = 5
        tensor.withMutableSpan { $0[0] = 7 }
        #expect(copy == Tensor(shape))
        #expect(tensor.withSpan { [$0[0], $0[23]] } == [7, 5])
    }

    @Test func `a shape reads as it is written in the documentation`() {
        #expect(shape.description == "[2, 2, 3, 2]")
        #expect(shape.count == 24)
        #expect(shape.pixels == 6)
    }

    @Test func `one image and several stacks of images`() {
        let tensor = Tensor(shape, values: (0..<24).map(Float.init))
        #expect(tensor[image: 1].values == (12..<24).map(Float.init))
        #expect(Tensor(stacking: [tensor[image: 0], tensor[image: 1]]) == tensor)
    }

    @Test func `normalising takes the mean off each channel and divides by its deviation`() {
        let tensor = Tensor(Shape(images: 1, height: 1, width: 2, channels: 2), values: [1, 2, 3, 4])
        #expect(tensor.normalised(mean: [1, 2], deviation: [2, 4]).values == [0, 0, 1, 0.5])
    }

    @Test func `too few values stop the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor(Shape(images: 1, height: 2, width: 2, channels: 1), values: [1, 2, 3])
        }
    }

    @Test func `a position outside stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor(Shape(images: 1, height: 2, width: 2, channels: 1))[0, 0, 2, 0]
        }
    }

    @Test func `a shape too large for memory stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Shape(images: 1 << 20, height: 1 << 20, width: 1 << 20, channels: 1 << 20)
        }
    }
}
