internal import KernelInterface

/// From the sums at the 36 points, one set for each chunk of tiles, to the gradient by the filters.
///
/// The forward pass is `Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A` with the matrices of ``WinogradFilter``. Its gradient by the filter
/// is therefore, summed over tiles before the last transform,
///
///     V = Bᵀ d B        D = A ∂Y Aᵀ        ∂U = Σ tiles  V ⊗ D        ∂g = Gᵀ ∂U G
///
/// The chunks are added up and transformed in double precision, and rounded once.
struct WinogradGradientReduction: Sendable {
    let inputs: Int
    let outputs: Int
    /// The floats from one point to the next.
    let pointStride: Int
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
        sums.map { UnsafePointer($0.floats) }.withUnsafeBufferPointer { chunks in
            guard let first = chunks.baseAddress else { return }
            for channel in channels {
                for output in stride(from: 0, to: outputs, by: 8) {
                    Processor.kernels.transformFilterGradient(
                        FilterGradientSums(
                            chunks: first, count: chunks.count, place: channel &* outputs &+ output,
                            pointStride: pointStride, outputs: min(8, outputs - output),
                            outputStride: inputs &* 9),
                        into: gradient + (output &* inputs &+ channel) &* 9)
                }
            }
        }
    }
}
