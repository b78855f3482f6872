import Experiments
import Testing

@Suite("Rings around the border")
struct BorderRingsTests {
    @Test func `rings of the paper's maps are named by their distances`() {
        let rings = BorderRings(count: 7, side: 224)
        #expect(
            rings.names(of: ["SPC", "MAE"]) == [
                "SPC@0-15", "SPC@16-31", "SPC@32-47", "SPC@48-63", "SPC@64-79", "SPC@80-95", "SPC@96-111", "MAE@0-15",
                "MAE@16-31", "MAE@32-47", "MAE@48-63", "MAE@64-79", "MAE@80-95", "MAE@96-111",
            ])
        #expect(rings.name(of: "SPC", ring: 6) == "SPC@96-111")
        #expect(BorderRings(count: 0, side: 224).names(of: ["SPC"]).isEmpty)
    }

    @Test(arguments: [(1, 2), (1, 3), (2, 5), (3, 7), (5, 224), (7, 224), (56, 224), (8, 16), (8, 17), (56, 113)])
    func `every pixel is in one ring`(count: Int, side: Int) {
        let rings = BorderRings(count: count, side: side)
        #expect(rings.count == count)
        var pixels = [Int](repeating: 0, count: count)
        for row in 0..<side {
            for column in 0..<side {
                let distance = min(row, column, side - 1 - row, side - 1 - column)
                let members = rings.ranges.indices.filter { rings.ranges[$0].contains(distance) }
                #expect(members.count == 1)
                for ring in members { pixels[ring] += 1 }
            }
        }
        #expect(pixels.reduce(0, +) == side * side)
        #expect(pixels.allSatisfy { $0 > 0 })
    }

    @Test func `boundaries are those of the definition`() {
        for (count, side) in [(3, 224), (5, 64), (9, 100)] {
            let rings = BorderRings(count: count, side: side)
            for (ring, range) in rings.ranges.enumerated() {
                let share = Double(side) / 2 / Double(count)
                #expect(range.lowerBound == Int(share * Double(ring) + 1e-9))
                #expect(range.upperBound == Int(share * Double(ring + 1) + 1e-9) - 1)
            }
        }
    }

    @Test(arguments: [(1, 8), (3, 9), (7, 224), (5, 11)])
    func `every pixel is in the ring of its distance, and in no other`(count: Int, side: Int) {
        let rings = BorderRings(count: count, side: side)
        var found = [Int](repeating: -1, count: side * side)
        for ring in 0..<count {
            for pixel in rings.pixels(of: ring) {
                #expect(found[pixel] == -1)
                found[pixel] = ring
            }
        }
        for row in 0..<side {
            for column in 0..<side {
                let distance = [row, column, side - 1 - row, side - 1 - column].min() ?? 0
                #expect(rings.ranges[max(0, found[row * side + column])].contains(distance))
            }
        }
    }
}
