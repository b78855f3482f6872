/// How often each class was taken for each other one, over all pixels of a data set.
///
/// From it comes mIoU, the mean intersection over union: with n[t, p] pixels of class t that were predicted as p,
///
///     IoU[c] = n[c, c] / (Σ p n[c, p] + Σ t n[t, c] − n[c, c])
///
/// The mean is over the classes that occur in the truth or in a prediction.
package struct ConfusionMatrix: Hashable, Sendable {
    /// The label of pixels that count for nothing, PASCAL VOC's borders.
    package static let ignored: UInt8 = 255

    package let classes: Int
    /// `[truth][prediction]`.
    private var counts: [Int]

    /// - Precondition: There are 1 to 255 classes.
    package init(classes: Int) {
        precondition((1...255).contains(classes), "the label 255 stands for no class")
        self.classes = classes
        counts = Array(repeating: 0, count: classes * classes)
    }

    /// Counts an image's pixels.
    ///
    /// - Precondition: Both have as many values; each prediction is a class, each label a class or ``ignored``.
    package mutating func add(prediction: [UInt8], truth: [UInt8]) {
        precondition(prediction.count == truth.count, "a prediction for each label")
        for (predicted, label) in zip(prediction, truth) where label != Self.ignored {
            precondition(Int(predicted) < classes && Int(label) < classes, "a label is no class")
            counts[Int(label) * classes + Int(predicted)] += 1
        }
    }

    /// Adds what was counted elsewhere.
    ///
    /// - Precondition: It has as many classes.
    package mutating func add(_ other: ConfusionMatrix) {
        precondition(classes == other.classes, "matrices of different classes")
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// The intersection over union of a class; nil for one that neither occurs nor was predicted.
    package func intersectionOverUnion(of label: Int) -> Double? {
        let row = (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
        let column = (0..<classes).reduce(0) { $0 + counts[$1 * classes + label] }
        let both = counts[label * classes + label]
        return row + column > both || both > 0 ? Double(both) / Double(row + column - both) : nil
    }

    /// mIoU, from 0 to 1; nil where nothing was counted.
    package var meanIntersectionOverUnion: Double? {
        let values = (0..<classes).compactMap { intersectionOverUnion(of: $0) }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The share of what was predicted right; nil where nothing was counted.
    package var accuracy: Double? {
        let all = counts.reduce(0, +)
        let right = (0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] }
        return all > 0 ? Double(right) / Double(all) : nil
    }
}
