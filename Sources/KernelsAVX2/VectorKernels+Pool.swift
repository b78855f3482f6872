package import KernelInterface

extension VectorKernels {
    package static func handBack(_ window: PoolWindow) {
        let count = Vector.scalarCount
        var channel = 0
        while channel &+ count <= window.channels {
            handBackVector(window, channel)
            channel &+= count
        }
        while channel < window.channels {
            handBackValue(window, channel)
            channel &+= 1
        }
    }

    @inline(__always)
    private static func handBackVector(_ window: PoolWindow, _ channel: Int) {
        var largest = Vector(at: window.corner + channel)
        // Places are counted in floats, which a mask of floats can choose among.
        var (place, index) = (Vector(), Vector())
        for row in 0..<window.rows {
            var pixel = window.corner + (row &* window.rowStride &+ channel)
            for _ in 0..<window.columns {
                let value = Vector(at: pixel)
                let isLarger = .!(value .<= largest) .& (largest .== largest)
                largest.replace(with: value, where: isLarger)
                place.replace(with: index, where: isLarger)
                index += 1
                pixel += window.channels
            }
        }
        let share = Vector(at: window.gradient + channel)
        index = Vector()
        for row in 0..<window.rows {
            var target = window.result + (row &* window.rowStride &+ channel)
            for _ in 0..<window.columns {
                (Vector(at: target) + Vector().replacing(with: share, where: place .== index)).store(to: target)
                index += 1
                target += window.channels
            }
        }
    }

    private static func handBackValue(_ window: PoolWindow, _ channel: Int) {
        var (largest, place) = (window.corner[channel], channel)
        for row in 0..<window.rows {
            for column in 0..<window.columns {
                let offset = row &* window.rowStride &+ column &* window.channels &+ channel
                let value = window.corner[offset]
                if !(value <= largest), largest == largest { (largest, place) = (value, offset) }
            }
        }
        window.result[place] += window.gradient[channel]
    }
}
