/// The F-measure of saliency maps, Fm in the paper's tables: precision counts more than recall.
///
///     F = (1 + β²) P R / (β² P + R),    β² = 0.3    (Achanta, Hemami, Estrada and Süsstrunk 2009)
///
/// A map is cut at a threshold t into what is salient, s ≥ t, and what is not. Two rules are customary, and both are computed:
///
/// * the adaptive threshold, twice the map's mean and at most 1; an image's figure is the F at it;
/// * 256 fixed thresholds k/255; a data set's figure is the largest of the images' mean F over them.
///
/// Maps are taken as they are, their range is not stretched to [0, 1] first. A mask without a salient pixel has no recall: F is not
/// defined for its image.
package enum FMeasure {
    package static let betaSquare = 0.3

    /// F at the adaptive threshold.
    ///
    /// - Parameters:
    ///   - prediction: The saliency of each pixel, in [0, 1].
    ///   - mask: Whether it is salient.
    /// - Returns: From 0 to 1; nil where the mask is empty.
    /// - Precondition: Both have as many values.
    package static func adaptive(_ prediction: [Float], mask: [Bool]) -> Double? {
        let mean = prediction.reduce(0.0) { $0 + Double($1) } / Double(max(prediction.count, 1))
        return value(prediction, mask: mask, threshold: min(2 * mean, 1))
    }

    /// F at each of the thresholds 0/255, 1/255, … 255/255.
    ///
    /// - Returns: 256 values; nil where the mask is empty.
    /// - Precondition: Both have as many values, and predictions lie in [0, 1].
    package static func curve(_ prediction: [Float], mask: [Bool]) -> [Double]? {
        precondition(prediction.count == mask.count, "a saliency for each pixel of the mask")
        // How many pixels reach a threshold, but not the next one.
        var (hits, all) = ([Int](repeating: 0, count: 256), [Int](repeating: 0, count: 256))
        for (saliency, isSalient) in zip(prediction, mask) {
            let level = Int((Double(saliency) * 255).rounded(.down))
            all[level] += 1
            if isSalient { hits[level] += 1 }
        }
        for level in (0..<255).reversed() {
            all[level] += all[level + 1]
            hits[level] += hits[level + 1]
        }
        let salient = hits[0]
        guard salient > 0 else { return nil }
        return zip(hits, all).map { value(hits: $0, predicted: $1, salient: salient) }
    }

    private static func value(_ prediction: [Float], mask: [Bool], threshold: Double) -> Double? {
        precondition(prediction.count == mask.count, "a saliency for each pixel of the mask")
        var (hits, predicted, salient) = (0, 0, 0)
        for (saliency, isSalient) in zip(prediction, mask) {
            let isPredicted = Double(saliency) >= threshold
            if isPredicted { predicted += 1 }
            if isSalient { salient += 1 }
            if isPredicted, isSalient { hits += 1 }
        }
        return salient > 0 ? value(hits: hits, predicted: predicted, salient: salient) : nil
    }

    /// F of counts; (1 + β²) h / (β² s + p) is the same as the formula with P = h / p and R = h / s.
    private static func value(hits: Int, predicted: Int, salient: Int) -> Double {
        (1 + betaSquare) * Double(hits) / (betaSquare * Double(salient) + Double(predicted))
    }
}
