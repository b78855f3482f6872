package import ConvEngine

/// How fast this host runs an encoder: the whole of it, and each kind of layer alone.
package struct EncoderSpeed {
    /// What one kind of layer takes.
    package struct Layer: Sendable {
        /// `3x3, 64 → 128 channels, 112x112`.
        package let name: String
        /// How many layers of the encoder are of this kind.
        package let count: Int
        /// For one layer and one image.
        package let seconds: Double
        /// Floating-point operations of a direct convolution in that time; Winograd's does with fewer.
        package let operationsPerSecond: Double
    }

    package let name: EncoderName
    package let batch: Int
    package let repetitions: Int
    private let team: ImageTeam
    private let imageSide = 224

    package init(_ name: EncoderName, batch: Int, repetitions: Int, team: ImageTeam) {
        (self.name, self.batch, self.repetitions, self.team) = (name, batch, repetitions, team)
    }

    /// Seconds for one image through all stages, the middle one of all repetitions, with drawn weights.
    package func secondsPerImage() throws -> Double {
        var settings = EncoderSettings()
        settings.name = name
        let network = try name.network(weights: WeightsSource(settings, file: nil), padding: .zero)
        let image = Tensor(
            Shape(images: 1, height: imageSide, width: imageSide, channels: 3),
            values: RandomStream.values(imageSide * imageSide * 3))
        let groups = ImageGroups(count: batch, threads: team.threads)
        let images = Tensor(stacking: Array(repeating: image, count: groups.ranges[0].count))
        return EngineSpeed.medianSeconds(repetitions: repetitions) {
            _ = groups.map(team) { _, team in
                network.visitStages(of: images, through: name.stageNumbers.upperBound, team: team) { _, _, _ in }
            }
        } / Double(images.shape.images * groups.ranges.count)
    }

    /// What each kind of layer takes, in the order in which the encoder runs them.
    package func layers() throws -> [Layer] {
        let all = name.layersAtWork(imageSide: imageSide)
        var kinds: [LayerAtWork] = []
        for layer in all where !kinds.contains(where: layer.isLike) { kinds.append(layer) }
        return try kinds.map { kind in
            let (seconds, layout) = (try seconds(of: kind), kind.layout)
            return Layer(
                name: "\(layout.kernel)x\(layout.kernel)\(layout.stride > 1 ? " by \(layout.stride)" : ""), "
                    + "\(layout.inputs) → \(layout.outputs) channels, \(kind.side)x\(kind.side)",
                count: all.count(where: kind.isLike), seconds: seconds,
                operationsPerSecond: Double(kind.operations) / seconds)
        }
    }

    private func seconds(of layer: LayerAtWork) throws -> Double {
        let layout = layer.layout
        let filter = try Filter(
            outputChannels: layout.outputs, inputChannels: layout.inputs, kernel: layout.kernel,
            values: RandomStream.values(layer.weights))
        let convolution = try Convolution(
            "layer", filter: filter, bias: Array(repeating: 0, count: layout.outputs), stride: layout.stride,
            padding: layout.kernel > 1 ? .zero(layout.kernel / 2) : .none, activation: .relu)
        let groups = ImageGroups(count: batch, threads: team.threads)
        let shape = Shape(
            images: groups.ranges[0].count, height: layer.side, width: layer.side, channels: layout.inputs)
        let maps = Tensor(shape, values: RandomStream.values(shape.count))
        return EngineSpeed.medianSeconds(repetitions: repetitions) {
            _ = groups.map(team) { _, team in _ = convolution(maps, team: team) }
        } / Double(shape.images * groups.ranges.count)
    }
}

extension LayerAtWork {
    /// Whether it takes the same time as another one.
    fileprivate func isLike(_ other: LayerAtWork) -> Bool {
        func figures(_ layer: LayerAtWork) -> [Int] {
            [layer.layout.inputs, layer.layout.outputs, layer.layout.kernel, layer.layout.stride, layer.side]
        }
        return figures(self) == figures(other)
    }
}

extension RandomStream {
    /// Numbers around zero; those of many images repeat after a while.
    fileprivate static func values(_ count: Int) -> [Float] {
        var stream = RandomStream(seed: 1, name: "speed")
        let some = (0..<min(count, 65_521)).map { _ in Float(stream.uniform() - 0.5) * 0.1 }
        return (0..<count).map { some[$0 % some.count] }
    }
}
