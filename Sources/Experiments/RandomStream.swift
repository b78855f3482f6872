/// Random numbers that are the same on every machine: xoshiro256**, seeded by SplitMix64.
///
/// Blackman and Vigna 2021. A stream is named by what it is for, so what is drawn for one thing does not depend on
/// what was drawn for another. Everything is made of integer operations and of those floating-point operations that
/// IEEE 754 defines to the last bit.
package struct RandomStream: Sendable {
    package static let algorithm = "xoshiro256**"

    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The stream of this name for a seed.
    package init(seed: Int, name: String) {
        // FNV-1a, to have another stream for each name.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        self.init(state: SplitMix64(state: UInt64(bitPattern: Int64(seed)) ^ hash))
    }

    /// The stream whose state another generator fills.
    package init(state: SplitMix64) {
        var mix = state
        self.state = (mix.next(), mix.next(), mix.next(), mix.next())
    }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        let result = rotated(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, by: 45)
        return result
    }

    private func rotated(_ bits: UInt64, by count: UInt64) -> UInt64 {
        bits << count | bits >> (64 - count)
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform among the integers below a bound, without the bias of a remainder (Lemire 2019).
    ///
    /// - Precondition: The bound is positive.
    package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no integer from 0 to below \(bound)")
        let bound = UInt64(bound)
        while true {
            let product = next().multipliedFullWidth(by: bound)
            if product.low >= (0 &- bound) % bound { return Int(product.high) }
        }
    }

    /// Two independent normal deviates of mean 0 and variance 1, by Marsaglia's polar method.
    package mutating func normalPair() -> (Double, Double) {
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * portableLogarithm(square) / square).squareRoot()
            return (x * factor, y * factor)
        }
    }

    /// A uniform direction of length 1, without sine and cosine, which differ between systems.
    package mutating func direction() -> (x: Double, y: Double) {
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let length = (x * x + y * y).squareRoot()
            if length > 0.01, length <= 1 { return (x / length, y / length) }
        }
    }

    /// The values in random order (Fisher and Yates).
    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for index in values.indices.reversed() where index > 0 {
            values.swapAt(index, integer(below: index + 1))
        }
        return values
    }
}

/// The generator that fills the state of another from one number.
package struct SplitMix64: Sendable {
    private var state: UInt64

    package init(state: UInt64) { self.state = state }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

/// The natural logarithm of a positive normal number, from basic operations only.
///
/// The libraries of two systems may differ in the last bit of `log`; this differs nowhere, and from the true value by
/// no more than a few units in the last place.
///
///     log(m · 2ᵉ) = e · log 2 + 2 · artanh(s),    s = (m − 1) / (m + 1),    m in [√½, √2)
package func portableLogarithm(_ value: Double) -> Double {
    var exponent = Double(Int(value.exponentBitPattern) - 1023)
    var mantissa = Double(sign: .plus, exponentBitPattern: 1023, significandBitPattern: value.significandBitPattern)
    if mantissa > 1.4142135623730951 {
        mantissa /= 2
        exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    // Σ s²ᵏ / (2k + 1); with s below 0.172 the first term left out is below 2⁻⁵⁶.
    // Written out, since a loop would divide each time.
    var sum = 1.0 / 21
    sum = sum * square + 1.0 / 19
    sum = sum * square + 1.0 / 17
    sum = sum * square + 1.0 / 15
    sum = sum * square + 1.0 / 13
    sum = sum * square + 1.0 / 11
    sum = sum * square + 1.0 / 9
    sum = sum * square + 1.0 / 7
    sum = sum * square + 1.0 / 5
    sum = sum * square + 1.0 / 3
    sum = sum * square + 1
    return exponent * 0.6931471805599453 + 2 * s * sum
}
