/// Images that need no file, and are the same bytes on every machine.
package enum SyntheticImages {
    /// One grey value everywhere.
    ///
    /// - Parameters:
    ///   - value: From 0, black, to 1, white.
    ///   - size: The image's side.
    /// - Returns: The image, with the value rounded to 8 bits.
    package static func constant(_ value: Double, size: Int) -> RGBImage {
        let byte = UInt8((min(1, max(0, value)) * 255).rounded())
        return RGBImage(width: size, height: size, bytes: [UInt8](repeating: byte, count: size * size * 3))
    }

    /// Noise without any structure; each image of a seed has a stream of its own.
    package static func noise(_ kind: NoiseKind, index: Int, seed: Int, size: Int) -> RGBImage {
        var stream = RandomStream(seed: seed, name: "noise.\(kind.rawValue).\(index)")
        let bytes: [UInt8]
        switch kind {
        case .uniform:
            bytes = (0..<size * size * 3).map { _ in UInt8(truncatingIfNeeded: stream.next() >> 56) }
        case .authors:
            bytes = (0..<size * size).flatMap { _ in
                let grey = UInt8(clamping: Int((25 + 24 * stream.normalPair().0).rounded()))
                return [grey, grey, grey]
            }
        }
        return RGBImage(width: size, height: size, bytes: bytes)
    }
}
