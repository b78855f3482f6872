import ConvEngine
import Foundation
import TestSupport
import Testing

/// Fixtures/resize.json was written by make_resize.py with `torch.nn.functional.interpolate`.
@Suite("Resize")
struct ResizeTests {
    struct ResizeCase: Decodable {
        let shape: [Int]
        let size: [Int]
        let alignCorners: Bool
        let input: [Float]
        let output: [Float]

        var tensor: Tensor {
            Tensor(Shape(images: shape[0], height: shape[1], width: shape[2], channels: shape[3]), values: input)
        }
    }

    private let cases: [ResizeCase]

    init() throws {
        cases = try JSONDecoder().decode([ResizeCase].self, from: Data(contentsOf: fixture("resize.json")))
    }

    @Test func `every size agrees with PyTorch`() throws {
        #expect(cases.count == 18)
        for resize in cases {
            let result = resize.tensor.resized(
                height: resize.size[0], width: resize.size[1], alignCorners: resize.alignCorners)
            let deviation = Deviation(of: result.values, from: resize.output.map(Double.init))
            #expect(deviation.largest <= 1e-6, "\(resize.shape) → \(resize.size), \(resize.alignCorners)")
        }
    }

    @Test func `stages of several sizes are put side by side`() throws {
        var random = RandomValues(seed: 5)
        let small = random.tensor(2, 3, 4, 5)
        let large = random.tensor(2, 9, 8, 11)
        var stack = Tensor(Shape(images: 3, height: 6, width: 6, channels: 17))
        small.resize(image: 1, into: &stack, image: 2, channelOffset: 1, alignCorners: true)
        large.resize(image: 0, into: &stack, image: 2, channelOffset: 6, alignCorners: true)
        let smallAlone = small.resized(height: 6, width: 6, alignCorners: true)
        let largeAlone = large.resized(height: 6, width: 6, alignCorners: true)
        for y in 0..<6 {
            for x in 0..<6 {
                #expect(stack[2, y, x, 0] == 0)
                #expect((0..<5).allSatisfy { stack[2, y, x, 1 + $0] == smallAlone[1, y, x, $0] })
                #expect((0..<11).allSatisfy { stack[2, y, x, 6 + $0] == largeAlone[0, y, x, $0] })
            }
        }
        #expect(stack[image: 0] == Tensor(Shape(images: 1, height: 6, width: 6, channels: 17)))
    }

    @Test func `channels that do not fit stop the program`() async {
        await #expect(processExitsWith: .failure) {
            var stack = Tensor(Shape(images: 1, height: 2, width: 2, channels: 3))
            Tensor(Shape(images: 1, height: 1, width: 1, channels: 2))
                .resize(image: 0, into: &stack, image: 0, channelOffset: 2, alignCorners: true)
        }
    }
}
