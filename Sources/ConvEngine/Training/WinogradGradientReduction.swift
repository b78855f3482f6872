/// From the sums at the 36 points, one set for each chunk of tiles, to the gradient by the filters.
///
/// The chunks are added up and transformed in double precision, and rounded once.
struct WinogradGradientReduction: Sendable {
    let inputs: Int
    let outputs: Int
    /// `[point][channel][output]` for each chunk.
    let sums: [FloatBuffer]

    private static let channelsAtOnce = 8

    /// Writes `[output][channel][row][column]` from this place of the buffer on.
    func write(into gradient: FloatBuffer, at offset: Int, team: ImageTeam) {
        let parts = (inputs + Self.channelsAtOnce - 1) / Self.channelsAtOnce
        team.forEach(parts) { part in
            let first = part * Self.channelsAtOnce
            write(channels: first..<min(first + Self.channelsAtOnce, inputs), to: gradient.floats + offset)
        }
    }

    private func write(channels: Range<Int>, to gradient: UnsafeMutablePointer<Float>) {
        withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: 36 + 18 + 9) { vectors in
            guard let points = vectors.baseAddress else { return }
            let (scratch, result) = (points + 36, points + 54)
            for output in stride(from: 0, to: outputs, by: 8) {
                let lanes = min(8, outputs - output)
                for channel in channels {
                    for point in 0..<36 {
                        points[point] = total((point &* inputs &+ channel) &* outputs &+ output, lanes)
                    }
                    WinogradGradientTransform.filter(points, result, scratch: scratch)
                    for lane in 0..<lanes {
                        let place = gradient + ((output &+ lane) &* inputs &+ channel) &* 9
                        for tap in 0..<9 { place[tap] = Float(result[tap][lane]) }
                    }
                }
            }
        }
    }

    /// The sums of up to eight outputs over all chunks.
    @inline(__always)
    private func total(_ place: Int, _ lanes: Int) -> SIMD8<Double> {
        var total = SIMD8<Double>()
        for chunk in sums {
            if lanes == 8 {
                total += SIMD8<Double>(load(chunk.floats + place))
            } else {
                for lane in 0..<lanes { total[lane] += Double(chunk.floats[place &+ lane]) }
            }
        }
        return total
    }
}
