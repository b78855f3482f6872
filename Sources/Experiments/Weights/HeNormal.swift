/// He's initialisation: normal with variance 2 / fan_out, for layers followed by ReLU.
///
/// He, Zhang, Ren and Sun 2015, in the form for the backward pass that torchvision uses.
///
/// - Parameters:
///   - name: The tensor's name; each has a stream of its own, so that a layer's weights do not depend on the others.
///   - seed: Which draw.
///   - shape: `[output, input, kernel, kernel]`; of one dimension are biases and means, which start at zero, and the
///     factors and variances of a batch norm, which start at one.
/// - Returns: The values in row-major order.
package func heNormal(name: String, seed: Int, shape: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    guard shape.count > 1 else {
        let isFactor = name.hasSuffix(".weight") || name.hasSuffix(".running_var")
        return [Float](repeating: isFactor ? 1 : 0, count: count)
    }
    let fanOut = shape[0] * shape[2...].reduce(1, *)
    let deviation = (2 / Double(fanOut)).squareRoot()
    var stream = RandomStream(seed: seed, name: name)
    var values: [Float] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
        let (one, other) = stream.normalPair()
        values.append(Float(one * deviation))
        values.append(Float(other * deviation))
    }
    return Array(values.prefix(count))
}
