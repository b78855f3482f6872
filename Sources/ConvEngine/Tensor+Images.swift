extension Tensor {
    /// Several stacks of images of one size as one stack.
    ///
    /// - Precondition: There is at least one, and height, width and channels are the same in all.
    package init(stacking tensors: [Tensor]) {
        let first = tensors[0].shape
        let images = tensors.reduce(0) { $0 + $1.shape.images }
        self.init(
            Shape(images: images, height: first.height, width: first.width, channels: first.channels),
            values: tensors.flatMap(\.values))
    }

    /// One image of the stack as a stack of one.
    package subscript(image image: Int) -> Tensor {
        precondition((0..<shape.images).contains(image), "the stack has no such image")
        let single = Shape(images: 1, height: shape.height, width: shape.width, channels: shape.channels)
        return Tensor(single, values: Array(values[image * single.count..<(image + 1) * single.count]))
    }

    /// Each channel with a mean taken off and divided by a deviation, as torchvision's `Normalize` does.
    ///
    /// - Precondition: There is a mean and a deviation for each channel.
    package func normalised(mean: [Float], deviation: [Float]) -> Tensor {
        precondition(mean.count == shape.channels && deviation.count == shape.channels, "one figure for each channel")
        var values = values
        for index in values.indices {
            let channel = index % shape.channels
            values[index] = (values[index] - mean[channel]) / deviation[channel]
        }
        return Tensor(shape, values: values)
    }
}
