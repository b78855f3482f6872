import ConvEngine
import Foundation

/// The loss that an encoder is trained with, over all labels of a batch that are not ignored.
///
///     one map       L = −mean( y log σ(z) + (1 − y) log(1 − σ(z)) )
///     classes       L = −mean( log softmax(z)[y] )
enum CrossEntropy {
    /// The mean loss of a batch and its gradient.
    ///
    /// - Parameters:
    ///   - logits: z, in stacks of images.
    ///   - labels: Each image's labels.
    ///   - team: Threads that share the images; how they are stacked changes no bit.
    /// - Returns: The loss, 0 where no label counts, and the gradients by z in the same stacks.
    static func mean(_ logits: [Tensor], labels: [[UInt8]], team: ImageTeam) -> (loss: Double, gradients: [Tensor]) {
        let counted = labels.joined().reduce(0) { $0 + ($1 == ConfusionMatrix.ignored ? 0 : 1) }
        let share = counted > 0 ? 1 / Double(counted) : 0
        let places = logits.indices.flatMap { stack in (0..<logits[stack].shape.images).map { (stack, $0) } }
        let images = team.map(places.count) { place in
            let (stack, image) = places[place]
            return sum(logits[stack][image: image], labels: labels[place], share: share)
        }
        var rest = images.map(\.gradient)[...]
        let gradients = logits.map { stack in
            defer { rest = rest.dropFirst(stack.shape.images) }
            return Tensor(stacking: Array(rest.prefix(stack.shape.images)))
        }
        return (images.reduce(0) { $0 + $1.loss } * share, gradients)
    }

    /// The summed loss of one image and its gradient.
    ///
    /// - Parameters:
    ///   - logits: z, `[1, height, width, classes]`; with one class it is a map of saliency.
    ///   - labels: y for each pixel.
    ///   - share: What one label counts for: one by the number of labels of the batch.
    /// - Returns: The loss, not yet divided, and the gradient of the batch's loss by z.
    /// - Precondition: There is a label for each pixel, and each is a class or ignored.
    static func sum(_ logits: Tensor, labels: [UInt8], share: Double) -> (loss: Double, gradient: Tensor) {
        precondition(logits.shape.count == labels.count * logits.shape.channels, "a label for each pixel")
        let classes = logits.shape.channels
        let share = Float(share)
        var gradient = Tensor(logits.shape)
        var loss = 0.0
        logits.withSpan { logits in
            gradient.withMutableSpan { gradient in
                for (pixel, label) in labels.enumerated() where label != ConfusionMatrix.ignored {
                    if classes == 1 {
                        let logit = logits[pixel]
                        let truth: Float = label == 0 ? 0 : 1
                        // Of the two exponentials the one that cannot overflow.
                        let small = exp(-abs(logit))
                        loss += Double(max(logit, 0) - logit * truth) + Double(log1p(small))
                        let chance = logit >= 0 ? 1 / (1 + small) : small / (1 + small)
                        gradient[pixel] = (chance - truth) * share
                        continue
                    }
                    let first = pixel * classes
                    var largest = logits[first]
                    for place in first + 1..<first + classes { largest = max(largest, logits[place]) }
                    var sum: Float = 0
                    for place in first..<first + classes {
                        let power = exp(logits[place] - largest)
                        gradient[place] = power
                        sum += power
                    }
                    for place in first..<first + classes { gradient[place] = gradient[place] / sum * share }
                    gradient[first + Int(label)] -= share
                    loss += Double(log(sum)) - Double(logits[first + Int(label)] - largest)
                }
            }
        }
        return (loss, gradient)
    }

    /// σ(z) of each pixel of a map.
    static func saliency(_ logits: Tensor) -> [Float] {
        logits.values.map { 1 / (1 + exp(-$0)) }
    }

    /// The class with the largest logit at each pixel, the first of several.
    static func classes(_ logits: Tensor) -> [UInt8] {
        let classes = logits.shape.channels
        let values = logits.values
        return stride(from: 0, to: values.count, by: classes).map { first in
            var best = 0
            for place in 1..<classes where values[first + place] > values[first + best] { best = place }
            return UInt8(best)
        }
    }
}
