/// Bilinear interpolation from a small square to a large one along one axis, corners not aligned.
///
/// Written as a matrix U with `large` rows: the large map of p is U p Uᵀ, which is what the readout's output goes
/// through before it meets its target (the authors' code).
struct BilinearResize: Sendable {
    let small: Int
    let large: Int
    /// For each large position the small position before it, the one behind it, and the share of the latter.
    let taps: [(before: Int, behind: Int, share: Float)]

    init(from small: Int, to large: Int) {
        self.small = small
        self.large = large
        let scale = Double(small) / Double(large)
        taps = (0..<large).map { position in
            let source = max(0, (Double(position) + 0.5) * scale - 0.5)
            let before = min(Int(source), small - 1)
            return (before, min(before + 1, small - 1), Float(source - Double(before)))
        }
    }

    /// U m Uᵀ for a map m of `small · small` values.
    ///
    /// - Note: `a + share · (b − a)` keeps a constant map constant to the bit; a weighted sum would not, and a rank
    ///   correlation would then rank rounding errors.
    func callAsFunction(_ map: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(large * large)
        var wide = [Float](repeating: 0, count: small * large)
        for row in 0..<small {
            for (column, tap) in taps.enumerated() {
                let before = map[row * small + tap.before]
                wide[row * large + column] = before + tap.share * (map[row * small + tap.behind] - before)
            }
        }
        for tap in taps {
            for column in 0..<large {
                let before = wide[tap.before * large + column]
                result.append(before + tap.share * (wide[tap.behind * large + column] - before))
            }
        }
        return result
    }

    /// UᵀU, `small · small` values.
    var gram: [Double] {
        var gram = [Double](repeating: 0, count: small * small)
        for tap in taps {
            let (behind, before) = (Double(tap.share), 1 - Double(tap.share))
            gram[tap.before * small + tap.before] += before * before
            gram[tap.before * small + tap.behind] += before * behind
            gram[tap.behind * small + tap.before] += before * behind
            gram[tap.behind * small + tap.behind] += behind * behind
        }
        return gram
    }

    /// UᵀTU for a map T of `large · large` values.
    func adjoint(_ map: [Float]) -> [Double] {
        var wide = [Double](repeating: 0, count: small * large)
        for (row, tap) in taps.enumerated() {
            for column in 0..<large {
                let value = Double(map[row * large + column])
                wide[tap.before * large + column] += (1 - Double(tap.share)) * value
                wide[tap.behind * large + column] += Double(tap.share) * value
            }
        }
        var result = [Double](repeating: 0, count: small * small)
        for row in 0..<small {
            for (column, tap) in taps.enumerated() {
                let value = wide[row * large + column]
                result[row * small + tap.before] += (1 - Double(tap.share)) * value
                result[row * small + tap.behind] += Double(tap.share) * value
            }
        }
        return result
    }
}

/// A predicted map at the size of its target, as it is scored.
///
/// - Parameters:
///   - map: The map, `side · side` values.
///   - side: The map's side.
///   - larger: The side that it is brought to.
/// - Returns: `larger · larger` values.
package func enlarged(_ map: [Float], side: Int, to larger: Int) -> [Float] {
    BilinearResize(from: side, to: larger)(map)
}
