import ConvEngine

/// Values in [−1, 1) that follow from a formula, so that the fixtures' scripts have the same ones.
func hashed(count: Int, salt: Int) -> [Float] {
    (0..<count).map { index in
        let bits = (UInt64(index + salt) &* 2_654_435_761) & 0xffff_ffff
        return Float(Double(bits >> 8) / 8_388_608 - 1)
    }
}

/// The same with a second round: equal steps of the index do not give nearly equal maps.
func scrambled(count: Int, salt: Int) -> [Float] {
    (0..<count).map { index in
        var bits = (UInt64(index + salt) &* 2_654_435_761) & 0xffff_ffff
        bits = ((bits ^ (bits >> 15)) &* 2_246_822_519) & 0xffff_ffff
        bits ^= bits >> 13
        return Float(Double(bits >> 8) / 8_388_608 - 1)
    }
}

/// Some positions of a map, `places` a side or so, and every so many channels, as the fixtures' scripts take them.
func sampled(_ maps: Tensor, places: Int, channels: Int) -> [Float] {
    let step = max(1, maps.shape.height / places)
    var values: [Float] = []
    for row in stride(from: 0, to: maps.shape.height, by: step) {
        for column in stride(from: 0, to: maps.shape.width, by: step) {
            for channel in stride(from: 0, to: maps.shape.channels, by: channels) {
                values.append(maps[0, row, column, channel])
            }
        }
    }
    return values
}
