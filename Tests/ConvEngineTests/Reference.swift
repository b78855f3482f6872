import ConvEngine

/// The formulas as they stand on paper, in double precision: what the kernels are compared with.
enum Reference {
    /// The convolution's sum over every kernel position and channel.
    static func convolution(
        _ input: Tensor, _ filter: Filter, bias: [Float], stride: Int, padding: Int, isRectified: Bool
    ) -> [Double] {
        let shape = input.shape
        let (kernel, inputs) = (filter.kernel, filter.inputChannels)
        let height = (shape.height + 2 * padding - kernel) / stride + 1
        let width = (shape.width + 2 * padding - kernel) / stride + 1
        let values = input.values.map(Double.init)
        let weights = filter.values.map(Double.init)
        var result: [Double] = []
        result.reserveCapacity(shape.images * height * width * filter.outputChannels)
        for image in 0..<shape.images {
            for y in 0..<height {
                for x in 0..<width {
                    for output in 0..<filter.outputChannels {
                        var sum = Double(bias[output])
                        for row in 0..<kernel {
                            let line = y * stride + row - padding
                            guard (0..<shape.height).contains(line) else { continue }
                            for column in 0..<kernel {
                                let place = x * stride + column - padding
                                guard (0..<shape.width).contains(place) else { continue }
                                let pixel = ((image * shape.height + line) * shape.width + place) * inputs
                                for channel in 0..<inputs {
                                    let weight = ((output * inputs + channel) * kernel + row) * kernel + column
                                    sum += values[pixel + channel] * weights[weight]
                                }
                            }
                        }
                        result.append(isRectified ? max(0, sum) : sum)
                    }
                }
            }
        }
        return result
    }

    /// `Σ c  x[pixel, c] · w[c, n]` for the pixels of one image.
    static func projection(_ maps: Tensor, image: Int, columns: Int, weights: [Float]) -> [Double] {
        let (pixels, channels) = (maps.shape.pixels, maps.shape.channels)
        let values = maps.values
        return (0..<pixels * columns).map { index in
            let (pixel, column) = index.quotientAndRemainder(dividingBy: columns)
            return (0..<channels).reduce(0.0) { sum, channel in
                let value = values[(image * pixels + pixel) * channels + channel]
                return sum + Double(value) * Double(weights[channel * columns + column])
            }
        }
    }

    /// `Σ images Σ pixels  x[image, pixel, c] · d[image, pixel, n]`.
    static func projectionGradient(of outputs: [Tensor], at maps: Tensor, images: [Int]) -> [Double] {
        let (pixels, channels) = (maps.shape.pixels, maps.shape.channels)
        let columns = outputs[0].shape.channels
        let values = maps.values
        var result = [Double](repeating: 0, count: channels * columns)
        for (output, image) in zip(outputs, images) {
            let slopes = output.values
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    let value = Double(values[(image * pixels + pixel) * channels + channel])
                    for column in 0..<columns {
                        result[channel * columns + column] += value * Double(slopes[pixel * columns + column])
                    }
                }
            }
        }
        return result
    }
}

/// How far results are from the reference, in units of the reference's root mean square.
///
/// Never value by value: after a ReLU most values are zero or next to it.
struct Deviation {
    let largest: Double
    let rms: Double

    init(of values: [Float], from reference: [Double]) {
        precondition(values.count == reference.count)
        let differences = zip(values, reference).map { abs(Double($0) - $1) }
        let scale = max(Self.rms(of: reference), 1e-30)
        // `max()` would lose a value that is not a number.
        largest = differences.contains(where: \.isNaN) ? .nan : (differences.max() ?? 0) / scale
        rms = Self.rms(of: differences) / scale
    }

    private static func rms(of values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
    }
}
