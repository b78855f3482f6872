import ConvEngine
import Testing

@Suite("Projection")
struct ProjectionTests {
    @Test(arguments: [(1, 1, 1), (5, 3, 2), (4, 7, 3), (3, 4, 64), (7, 7, 65)], [1, 15, 16, 17, 45])
    func `the product agrees with the formula`(map: (Int, Int, Int), columns: Int) {
        var random = RandomValues(seed: columns)
        let maps = random.tensor(2, map.0, map.1, map.2)
        let weights = random.values(map.2 * columns)
        let result = Projection(channels: map.2, columns: columns, values: weights)(maps, image: 1)
        #expect(result.shape == Shape(images: 1, height: map.0, width: map.1, channels: columns))
        let expected = Reference.projection(maps, image: 1, columns: columns, weights: weights)
        #expect(Deviation(of: result.values, from: expected).largest <= 1e-5)
    }

    @Test(arguments: [(1, 1, 1), (5, 3, 2), (4, 7, 47), (13, 9, 49), (28, 28, 50)], [1, 15, 16, 17, 45])
    func `the gradient agrees with the formula`(map: (Int, Int, Int), columns: Int) {
        var random = RandomValues(seed: columns)
        let maps = random.tensor(3, map.0, map.1, map.2)
        let images = [2, 0]
        let outputs = images.map { _ in random.tensor(1, map.0, map.1, columns) }
        let gradient = Projection.gradient(of: outputs, at: images.map { maps[image: $0] }, team: ImageTeam(threads: 1))
        let expected = Reference.projectionGradient(of: outputs, at: maps, images: images)
        #expect(Deviation(of: gradient, from: expected).largest <= 1e-5)
    }

    @Test(arguments: [1, 15, 16, 17, 45])
    func `a projection added to others is the sum of both`(columns: Int) {
        var random = RandomValues(seed: columns)
        let (maps, others) = (random.tensor(1, 9, 7, 20), random.tensor(1, 9, 7, columns))
        let projection = Projection(channels: 20, columns: columns, values: random.values(20 * columns))
        var sums = others
        projection.add(maps, image: 0, to: &sums)
        #expect(sums.values == zip(projection(maps, image: 0).values, others.values).map { $0 + $1 })
    }

    @Test(arguments: 1...50)
    func `a column has the same bits alone and among others`(others: Int) {
        var random = RandomValues(seed: others)
        let (channels, columns) = (67, others + 1)
        let maps = random.tensor(2, 11, 10, channels)
        let weights = random.values(channels * columns)
        let outputs = (0..<2).map { _ in random.tensor(1, 11, 10, columns) }
        let team = ImageTeam(threads: 1)
        let together = Projection(channels: channels, columns: columns, values: weights)(maps, image: 1)
        let gradients = Projection.gradient(of: outputs, at: [1, 0].map { maps[image: $0] }, team: team)
        for column in [0, others / 2, others] {
            let own = (0..<channels).map { weights[$0 * columns + column] }
            let alone = Projection(channels: channels, columns: 1, values: own)(maps, image: 1)
            #expect(alone.values == every(columns, from: column, of: together.values))
            let ownOutputs = outputs.map { output in
                Tensor(
                    Shape(images: 1, height: 11, width: 10, channels: 1),
                    values: every(columns, from: column, of: output.values))
            }
            let gradient = Projection.gradient(of: ownOutputs, at: [1, 0].map { maps[image: $0] }, team: team)
            #expect(gradient == every(columns, from: column, of: gradients))
        }
    }

    @Test func `a pixel has the same bits wherever it lies`() {
        var random = RandomValues(seed: 9)
        let pixel = random.values(70)
        let projection = Projection(channels: 70, columns: 20, values: random.values(70 * 20))
        let shape = Shape(images: 1, height: 5, width: 5, channels: 70)
        let result = projection(Tensor(shape, values: (0..<25).flatMap { _ in pixel }), image: 0)
        let alone = projection(
            Tensor(Shape(images: 1, height: 1, width: 1, channels: 70), values: pixel), image: 0)
        #expect(result.values == (0..<25).flatMap { _ in alone.values })
    }

    @Test(arguments: [2, 3])
    func `one thread and several give the same bits`(threads: Int) {
        var random = RandomValues(seed: 4)
        let maps = random.tensor(4, 9, 9, 150)
        let outputs = (0..<4).map { _ in random.tensor(1, 9, 9, 33) }
        let alone = Projection.gradient(
            of: outputs, at: [3, 1, 0, 2].map { maps[image: $0] }, team: ImageTeam(threads: 1))
        let shared = Projection.gradient(
            of: outputs, at: [3, 1, 0, 2].map { maps[image: $0] }, team: ImageTeam(threads: threads))
        #expect(alone == shared)
    }

    @Test func `what lies in reused memory never reaches the result`() {
        var random = RandomValues(seed: 6)
        let maps = random.tensor(1, 7, 7, 37)
        let projection = Projection(channels: 37, columns: 19, values: random.values(37 * 19))
        let output = random.tensor(1, 7, 7, 19)
        let team = ImageTeam(threads: 1)
        let expected = projection(maps, image: 0)
        let gradient = Projection.gradient(of: [output], at: [0].map { maps[image: $0] }, team: team)
        FloatStock.shared.fill(with: .nan)
        #expect(projection(maps, image: 0) == expected)
        FloatStock.shared.fill(with: .nan)
        #expect(Projection.gradient(of: [output], at: [0].map { maps[image: $0] }, team: team) == gradient)
    }

    @Test func `the fused sum runs over ascending channels from zero`() {
        let values: [Float] = [1e8, 1, -1e8, 3.25, 1e-3]
        let weights: [Float] = [1.000_000_1, 0.5, 1, -2, 7]
        let expected = zip(values, weights).reduce(Float(0)) { sum, pair in sum.addingProduct(pair.0, pair.1) }
        let maps = Tensor(Shape(images: 1, height: 1, width: 1, channels: 5), values: values)
        #expect(Projection(channels: 5, columns: 1, values: weights)(maps, image: 0).values == [expected])
    }

    private func every(_ step: Int, from first: Int, of values: [Float]) -> [Float] {
        stride(from: first, to: values.count, by: step).map { values[$0] }
    }
}
