import ConvEngine

/// Labelled images as a training takes them: decoded once where memory allows, else again for each batch.
struct TrainingImages: Sendable {
    private let source: LabelledSet
    /// All of them, or none.
    private let decoded: [LabelledImage]
    private let size: Int
    private let normalise: Normalisation
    /// How many there are.
    let count: Int

    /// What decoded images may take.
    private static let memoryLimit = 1 << 30

    /// - Parameters:
    ///   - source: The images.
    ///   - size: Their side, in pixels.
    ///   - normalise: What is done to an image in a batch.
    ///   - limit: The most that are taken; of more of them those that are equally far apart.
    ///   - readOnce: Whether none is needed twice, so that keeping them would be for nothing.
    ///   - team: The threads that decode.
    /// - Throws: `DataError` of the first image that cannot be used, if all are decoded here.
    init(
        _ source: LabelledSet, size: Int, normalise: Normalisation, atMost limit: Int = .max, readOnce: Bool = false,
        team: ImageTeam
    ) throws(DataError) {
        (self.source, self.size, self.normalise) = (source, size, normalise)
        let (count, all) = (min(source.count, limit), source.count)
        self.count = count
        let fits = !readOnce && count <= Self.memoryLimit / (4 * size * size)
        decoded =
            fits
            ? try team.map(count) { (index) throws(DataError) in try source.decode(at: index * all / count) } : []
    }

    /// An image and its answer.
    func image(_ index: Int) throws(DataError) -> LabelledImage {
        decoded.isEmpty ? try source.decode(at: index * source.count / count) : decoded[index]
    }

    /// Some images as one stack, as the encoder takes them, and the labels of each.
    func batch(_ indices: ArraySlice<Int>, team: ImageTeam) throws(DataError) -> (images: Tensor, labels: [[UInt8]]) {
        let indices = Array(indices)
        let parts = try team.map(indices.count) { (place) throws(DataError) -> (Tensor, [UInt8]) in
            let labelled = try image(indices[place])
            return (normalise.applied(to: PixelImage(labelled.image).tensor), labelled.labels)
        }
        return (Tensor(stacking: parts.map(\.0)), parts.map(\.1))
    }
}
