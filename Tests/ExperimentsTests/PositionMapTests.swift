import Experiments
import TestSupport
import Testing

@Suite("Position maps")
struct PositionMapTests {
    private static let maps: [PositionMap] = [.horizontal, .vertical, .gaussian, .horizontalStripes, .verticalStripes]

    private func mean(_ values: [Float], _ transform: (Double) -> Double) -> Double {
        values.reduce(0) { $0 + transform(Double($1)) } / Double(values.count)
    }

    /// The maps by NumPy (Fixtures/make_arrays.py), of an odd side with a pixel at the centre and of an even one without.
    @Test(arguments: [7, 8])
    func `the maps are NumPy's`(side: Int) throws {
        let file = try NumPyFile(readingFrom: fixture("maps_\(side).npy"))
        #expect(file.shape == [7, side, side])
        let ours =
            Self.maps.flatMap { $0.values(side: side, stripes: .unit) }
            + Self.maps.suffix(2).flatMap { $0.values(side: side, stripes: .signed) }
        #expect(ours.count == file.values.count)
        #expect(zip(ours, file.values).allSatisfy { abs($0 - $1) <= 1e-7 })
    }

    @Test(arguments: maps, [2, 3, 7, 28, 223, 224])
    func `every map fills 0 to 1`(map: PositionMap, side: Int) {
        // Two pixels a side are four corners: no place for a bell.
        guard map != .gaussian || side > 2 else { return }
        let values = map.values(side: side, stripes: .unit)
        #expect(values.count == side * side)
        #expect(values.max() == 1)
        #expect(values.min().map { $0 >= 0 && $0 < 0.02 } == true)
    }

    @Test func `G has corners only, all 0, where there are two pixels a side`() {
        #expect(PositionMap.gaussian.values(side: 2, stripes: .unit) == [0, 0, 0, 0])
    }

    @Test func `H rises from left to right and V from top to bottom`() {
        let (h, v) = (
            PositionMap.horizontal.values(side: 3, stripes: .unit), PositionMap.vertical.values(side: 3, stripes: .unit)
        )
        #expect(h == [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1])
        #expect(v == [0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1])
    }

    @Test func `HS varies from row to row only, VS from column to column`() {
        let (rows, columns) = (
            PositionMap.horizontalStripes.values(side: 28, stripes: .unit),
            PositionMap.verticalStripes.values(side: 28, stripes: .unit)
        )
        for row in 0..<28 {
            #expect(Set(rows[row * 28..<(row + 1) * 28]).count == 1)
            #expect((0..<28).allSatisfy { columns[row * 28 + $0] == rows[$0 * 28 + row] })
        }
        #expect(rows[0] == 1, "bright at the first row")
        #expect(rows[27 * 28] < 1e-6, "two and a half periods: dark at the last row")
    }

    /// The paper's figures: .376 at the middle of an edge (shared/paper.md).
    @Test func `G is 1 at the centre, 0 at the corners, and .376 at the middle of an edge`() {
        let values = PositionMap.gaussian.values(side: 225, stripes: .unit)
        #expect(values[112 * 225 + 112] == 1)
        #expect([0, 224, 224 * 225, 225 * 225 - 1].allSatisfy { values[$0] == 0 })
        for edge in [112, 112 * 225, 112 * 225 + 224, 224 * 225 + 112] { #expect(abs(values[edge] - 0.3775) < 0.002) }
    }

    /// What a readout that knows nothing errs by, in the paper's tables.
    @Test func `the stripes' mean error against a constant is the paper's`() {
        for map in [PositionMap.horizontalStripes, .verticalStripes] {
            let unit = map.values(side: 224, stripes: .unit)
            #expect(abs(meanAbsoluteError(of: unit.map { _ in 0.5 }, and: unit) - 0.317) < 0.0025)
            let signed = map.values(side: 224, stripes: .signed)
            #expect(abs(mean(signed, abs) - 0.638) < 0.0005)
            #expect(abs(meanAbsoluteError(of: signed.map { _ in 0.5 }, and: signed) - 0.719) < 0.0015)
            #expect(signed.max() == 1)
            #expect(signed.min().map { $0 < -0.99 } == true)
            #expect(zip(signed, unit).allSatisfy { abs(0.5 + 0.5 * $0 - $1) < 1e-6 })
        }
    }

    @Test func `signed stripes change no other map`() {
        for map in Self.maps.prefix(3) {
            #expect(map.values(side: 9, stripes: .signed) == map.values(side: 9, stripes: .unit))
        }
    }
}
