import ConvEngine

/// Seeded values for tests (SplitMix64).
struct RandomValues {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed)
    }

    /// Uniform in [-1, 1).
    mutating func next() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Float(bits >> 40) / 8_388_608 - 1
    }

    mutating func values(_ count: Int) -> [Float] {
        (0..<count).map { _ in next() }
    }

    mutating func tensor(_ images: Int, _ height: Int, _ width: Int, _ channels: Int) -> Tensor {
        let shape = Shape(images: images, height: height, width: width, channels: channels)
        return Tensor(shape, values: values(shape.count))
    }

    mutating func filter(_ outputs: Int, _ inputs: Int, _ kernel: Int) throws -> Filter {
        try Filter(
            outputChannels: outputs, inputChannels: inputs, kernel: kernel,
            values: values(outputs * inputs * kernel * kernel))
    }
}
