import ConvEngine
import Testing

@Suite("Max pool")
struct MaxPoolTests {
    @Test(arguments: [(2, 2), (3, 2), (2, 1), (1, 1), (3, 3)], [(8, 6, 3), (7, 9, 16), (55, 53, 17), (3, 3, 8)])
    func `each value is the largest of its window`(pool: (size: Int, stride: Int), map: (Int, Int, Int)) throws {
        var random = RandomValues(seed: 3)
        let input = random.tensor(2, map.0, map.1, map.2)
        let output = try MaxPool(size: pool.size, stride: pool.stride)(input)
        let height = (map.0 - pool.size) / pool.stride + 1
        let width = (map.1 - pool.size) / pool.stride + 1
        #expect(output.shape == Shape(images: 2, height: height, width: width, channels: map.2))
        var expected: [Float] = []
        for image in 0..<2 {
            for y in 0..<height {
                for x in 0..<width {
                    for channel in 0..<map.2 {
                        let window = (0..<pool.size * pool.size).map { place in
                            input[
                                image, y * pool.stride + place / pool.size, x * pool.stride + place % pool.size,
                                channel]
                        }
                        expected.append(try #require(window.max()))
                    }
                }
            }
        }
        #expect(output.values == expected)
    }

    @Test(arguments: [(2, 1), (3, 1), (4, 2)], [(8, 6, 3), (7, 9, 16)])
    func `a window at a padded border is only smaller`(pool: (size: Int, padding: Int), map: (Int, Int, Int)) throws {
        var random = RandomValues(seed: 5)
        let input = random.tensor(1, map.0, map.1, map.2)
        let output = try MaxPool(size: pool.size, stride: 2, padding: pool.padding)(input)
        let height = (map.0 + 2 * pool.padding - pool.size) / 2 + 1
        let width = (map.1 + 2 * pool.padding - pool.size) / 2 + 1
        #expect(output.shape == Shape(images: 1, height: height, width: width, channels: map.2))
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<map.2 {
                    var largest = -Float.infinity
                    for row in y * 2 - pool.padding..<y * 2 - pool.padding + pool.size where (0..<map.0).contains(row) {
                        for column in x * 2 - pool.padding..<x * 2 - pool.padding + pool.size
                        where (0..<map.1).contains(column) {
                            largest = max(largest, input[0, row, column, channel])
                        }
                    }
                    #expect(output[0, y, x, channel] == largest)
                }
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3], [0, 8])
    func `a window with a value that is not a number gives none`(place: Int, channel: Int) throws {
        var input = Tensor(Shape(images: 1, height: 2, width: 2, channels: 9))
        input[0, place / 2, place % 2, channel] = .nan
        let output = try MaxPool(size: 2, stride: 2)(input)
        #expect((0..<9).map { output[0, 0, 0, $0].isNaN } == (0..<9).map { $0 == channel })
    }

    @Test func `a pool larger than the map is refused`() throws {
        let map = Shape(images: 1, height: 1, width: 4, channels: 1)
        #expect(throws: ShapeError.smallerThanKernel(map, of: "max pool", kernel: 2, padding: .none)) {
            try MaxPool(size: 2, stride: 2).outputShape(for: map)
        }
        #expect(throws: ShapeError.extent(of: "max pool", what: "the stride", value: 0, smallest: 1)) {
            try MaxPool(size: 2, stride: 0)
        }
    }
}
