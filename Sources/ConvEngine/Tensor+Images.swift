extension Tensor {
    /// Several stacks of images of one size as one stack.
    ///
    /// - Precondition: There is at least one, and height, width and channels are the same in all.
    package init(stacking tensors: [Tensor]) {
        let first = tensors[0].shape
        precondition(
            tensors.map(\.shape).allSatisfy {
                ($0.height, $0.width, $0.channels) == (first.height, first.width, first.channels)
            }, "images of several sizes cannot be stacked")
        let images = tensors.reduce(0) { $0 + $1.shape.images }
        self.init(
            uninitialized: Shape(
                images: images, height: first.height, width: first.width, channels: first.channels))
        withUnsafeMutableBufferPointer { destination in
            var rest = destination[...]
            for tensor in tensors {
                tensor.withUnsafeBufferPointer { rest = rest[rest.update(fromContentsOf: $0)...] }
            }
        }
    }

    /// One image of the stack as a stack of one.
    ///
    /// - Precondition: The stack has this image.
    package subscript(image image: Int) -> Tensor {
        precondition((0..<shape.images).contains(image), "the stack has no such image")
        var single = Tensor(
            uninitialized: Shape(images: 1, height: shape.height, width: shape.width, channels: shape.channels))
        let count = single.shape.count
        withUnsafeBufferPointer { source in
            single.withUnsafeMutableBufferPointer { destination in
                _ = destination.update(fromContentsOf: source[image * count..<(image + 1) * count])
            }
        }
        return single
    }

    /// Each channel with a mean taken off and divided by a deviation, as torchvision's `Normalize` does.
    ///
    /// - Precondition: There is a mean and a deviation for each channel.
    package func normalised(mean: [Float], deviation: [Float]) -> Tensor {
        precondition(mean.count == shape.channels && deviation.count == shape.channels, "one figure for each channel")
        var result = self
        result.withMutableSpan { values in
            for pixel in stride(from: 0, to: values.count, by: mean.count) {
                for channel in mean.indices {
                    values[pixel + channel] = (values[pixel + channel] - mean[channel]) / deviation[channel]
                }
            }
        }
        return result
    }
}
