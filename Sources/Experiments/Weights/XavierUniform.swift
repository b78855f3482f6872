/// Xavier's initialisation: uniform with variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).
///
/// - Parameters:
///   - name: The tensor's name, which names the stream.
///   - seed: Which draw.
///   - count: How many values are drawn.
///   - fanIn: Products that meet in one output.
///   - fanOut: Products that one input takes part in.
/// - Returns: The values in the order in which they were drawn.
package func xavierUniform(name: String, seed: Int, count: Int, fanIn: Int, fanOut: Int) -> [Float] {
    let bound = (6 / Double(fanIn + fanOut)).squareRoot()
    var stream = RandomStream(seed: seed, name: name)
    return (0..<count).map { _ in Float((2 * stream.uniform() - 1) * bound) }
}
