import Experiments
import Foundation
import Testing

@Suite("Synthetic images")
struct SyntheticImagesTests {
    /// The brightness of each pixel of some leaves, image after image.
    private func brightness(count: Int, seed: Int, size: Int) -> [[Double]] {
        (0..<count).map { index in
            let bytes = SyntheticImages.leaves(index: index, seed: seed, size: size).bytes
            return (0..<size * size).map {
                Double(bytes[3 * $0]) + Double(bytes[3 * $0 + 1]) + Double(bytes[3 * $0 + 2])
            }
        }
    }

    @Test func `the first images are the same bytes on every machine`() {
        #expect(
            sha256(SyntheticImages.leaves(index: 0, seed: 1, size: 64).bytes)
                == "33706fb22e5d3c16a5fa64069df2d46d176b411c007b8b6d82fa6471cb56f878")
        #expect(
            sha256(SyntheticImages.noise(.uniform, index: 0, seed: 7, size: 64).bytes)
                == "60ba7d072b2fb2d82067fbd50889049423f5b306ef18dff51e574c5a7be07356")
        #expect(
            sha256(SyntheticImages.noise(.authors, index: 0, seed: 7, size: 64).bytes)
                == "3cf480340093f8121b22662a00863956f73106e6cb468adf4d6f7472620fc15f")
    }

    @Test(arguments: [1, 2, 3, 17])
    func `leaves cover images of any size`(size: Int) {
        let image = SyntheticImages.leaves(index: 0, seed: 1, size: size)
        #expect(image.bytes.count == size * size * 3)
    }

    /// The mean over many images, cut into a 4x4 grid, is level: a cell's mean differs by sampling error only.
    @Test func `leaves do not tell where in the image they are`() {
        let (size, cells) = (16, 4)
        let images = brightness(count: 1_500, seed: 5, size: size)
        var cellMeans = [[Double]](repeating: [], count: cells * cells)
        for image in images {
            var sums = [Double](repeating: 0, count: cells * cells)
            for (pixel, value) in image.enumerated() {
                sums[pixel / size / (size / cells) * cells + pixel % size / (size / cells)] += value
            }
            for (cell, sum) in sums.enumerated() { cellMeans[cell].append(sum / 16) }
        }
        let total = cellMeans.joined().reduce(0, +) / Double(cellMeans.count * images.count)
        for values in cellMeans {
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + pow($1 - mean, 2) } / Double(values.count)
            #expect(abs(mean - total) < 4.5 * (variance / Double(values.count)).squareRoot())
        }
    }

    /// The share of pixels that differ from their neighbour is level, too, from the first row to the last.
    @Test func `leaves have as many edges at the border as in the middle`() {
        let size = 16
        let images = brightness(count: 1_500, seed: 6, size: size)
        let edges = (0..<size).map { row in
            images.map { image in
                Double((1..<size).count { abs(image[row * size + $0] - image[row * size + $0 - 1]) > 40 })
                    / Double(size - 1)
            }
        }
        let total = edges.joined().reduce(0, +) / Double(size * images.count)
        #expect(total > 0.05)
        for values in edges {
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + pow($1 - mean, 2) } / Double(values.count)
            #expect(abs(mean - total) < 4.5 * (variance / Double(values.count)).squareRoot())
        }
    }

    /// Photographs have power spectra that fall as 1 / f^a with a about 2 (Field 1987; Ruderman 1994).
    @Test func `the spectrum of leaves falls as that of photographs`() {
        let size = 64
        let images = brightness(count: 40, seed: 7, size: size)
        let frequencies = [2, 3, 4, 6, 8, 11, 16]
        let logarithms = frequencies.map { frequency in
            (log(Double(frequency)), log(images.reduce(0) { $0 + power(of: $1, size: size, frequency: frequency) }))
        }
        let count = Double(frequencies.count)
        let (x, y) = (logarithms.reduce(0) { $0 + $1.0 } / count, logarithms.reduce(0) { $0 + $1.1 } / count)
        let slope =
            logarithms.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / logarithms.reduce(0) { $0 + pow($1.0 - x, 2) }
        #expect((1.5...2.5).contains(-slope), "the exponent is \(-slope)")
    }

    /// The power at this many periods across the image, along both axes, through a window without edges.
    private func power(of image: [Double], size: Int, frequency: Int) -> Double {
        let mean = image.reduce(0, +) / Double(image.count)
        let window = (0..<size).map { 0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(size)) }
        // A wave along one axis sees the other only as a sum.
        var profiles = [[Double]](repeating: [Double](repeating: 0, count: size), count: 2)
        for row in 0..<size {
            for column in 0..<size {
                let value = (image[row * size + column] - mean) * window[row] * window[column]
                profiles[0][column] += value
                profiles[1][row] += value
            }
        }
        return profiles.reduce(0) { sum, profile in
            let angles = (0..<size).map { 2 * .pi * Double(frequency * $0) / Double(size) }
            let cosine = zip(profile, angles).reduce(0) { $0 + $1.0 * cos($1.1) }
            let sine = zip(profile, angles).reduce(0) { $0 + $1.0 * sin($1.1) }
            return sum + cosine * cosine + sine * sine
        }
    }

    @Test func `the authors' noise is grey and has their mean and deviation, clipped at black`() {
        let bytes = SyntheticImages.noise(.authors, index: 0, seed: 7, size: 224).bytes
        let pixels = stride(from: 0, to: bytes.count, by: 3)
        #expect(pixels.allSatisfy { bytes[$0] == bytes[$0 + 1] && bytes[$0] == bytes[$0 + 2] })
        let values = pixels.map { Double(bytes[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        // A normal variable of mean 25 and deviation 24, clipped at 0, has the mean 25 Φ(25/24) + 24 φ(25/24) = 26.85.
        #expect(abs(mean - 26.85) < 0.5)
        #expect(abs(Double(values.count { $0 == 0 }) / Double(values.count) - 0.154) < 0.01)
    }

    @Test func `uniform noise has every value in every channel as often`() {
        let bytes = SyntheticImages.noise(.uniform, index: 0, seed: 7, size: 224).bytes
        for channel in 0..<3 {
            var counts = [Int](repeating: 0, count: 256)
            for pixel in stride(from: channel, to: bytes.count, by: 3) { counts[Int(bytes[pixel])] += 1 }
            let chi = counts.reduce(0.0) { $0 + pow(Double($1) - 196, 2) / 196 }
            #expect(abs(chi - 255) < 5 * (2.0 * 255).squareRoot())
        }
    }
}
