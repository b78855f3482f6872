import Experiments

/// The interval that a random search draws a numeric setting from, `{uniform: [a, b]}` or `{log_uniform: [a, b]}`.
///
/// Whole numbers stay whole, and both ends can be drawn. Other numbers are rounded to four digits, so that a table can
/// show what was run.
struct Interval: Hashable, Sendable {
    let key: SettingKey
    let lowest: Double
    let highest: Double
    /// Whether the logarithm is uniform, and not the number.
    let isLogarithmic: Bool

    static func == (one: Interval, other: Interval) -> Bool {
        one.key.name == other.key.name && one.lowest == other.lowest && one.highest == other.highest
            && one.isLogarithmic == other.isLogarithmic
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(key.name)
        hasher.combine(lowest)
        hasher.combine(highest)
        hasher.combine(isLogarithmic)
    }

    func drawn(from random: inout RandomStream) -> SettingValue {
        let fraction = random.uniform()
        guard case .integer = key.kind else {
            return .number(min(max(Self.rounded(number(at: fraction, upTo: highest)), lowest), highest))
        }
        // Kernels are odd.
        let step = key.name == "posenet.kernel" ? 2.0 : 1.0
        let steps = ((number(at: fraction, upTo: highest + step) - lowest) / step).rounded(.down)
        return .integer(Int(min(lowest + step * steps, lowest + step * ((highest - lowest) / step).rounded(.down))))
    }

    /// The number below which this fraction of the interval's weight lies.
    private func number(at fraction: Double, upTo end: Double) -> Double {
        guard isLogarithmic else { return lowest + (end - lowest) * fraction }
        let (low, high) = (portableLogarithm(lowest), portableLogarithm(end))
        return portableExponential(low + (high - low) * fraction)
    }

    /// To four significant digits.
    private static func rounded(_ number: Double) -> Double {
        guard number != 0 else { return 0 }
        var exponent = 0
        var mantissa = abs(number)
        while mantissa < 1_000 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        while mantissa >= 10_000 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        // Reading decimal digits rounds correctly; multiplying by a power of ten does not.
        let digits = Double("\(Int(mantissa.rounded()))e\(exponent)") ?? number
        return number < 0 ? -digits : digits
    }
}

/// eˣ for |x| below 700, from basic operations only, the same to the last bit on every machine.
///
///     eˣ = 2ᵏ · eʳ,    k = round(x / log 2),    |r| ≤ ½ log 2
func portableExponential(_ value: Double) -> Double {
    let exponent = (value / 0.6931471805599453).rounded()
    // The logarithm of 2 in two parts, the first of which has so few digits that its multiples are exact.
    let rest = (value - exponent * 0.6931471803691238) - exponent * 1.9082149292705877e-10
    // Σ rⁿ / n!; the first term left out is below 2⁻⁵⁶.
    var sum = 1.0
    for degree in stride(from: 14.0, to: 0, by: -1) { sum = sum * rest / degree + 1 }
    return sum * Double(sign: .plus, exponent: Int(exponent), significand: 1)
}
