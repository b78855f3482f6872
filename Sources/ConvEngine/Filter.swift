/// The weights of a convolution, in the order in which torchvision stores them.
package struct Filter: Hashable, Sendable {
    package let outputChannels: Int
    package let inputChannels: Int
    /// Side of the square kernel, in pixels.
    package let kernel: Int
    /// `[output channel, input channel, row, column]`.
    package let values: [Float]

    /// The weights of a square kernel.
    ///
    /// - Throws: `ShapeError.extent` where an extent is not positive, `ShapeError.filterValues` where the number of
    ///   values is not the product of the extents.
    package init(
        outputChannels: Int, inputChannels: Int, kernel: Int, values: [Float]
    ) throws(ShapeError) {
        let extents = [
            ("outputChannels", outputChannels), ("inputChannels", inputChannels),
            ("kernel", kernel), ("kernel", kernel),
        ]
        var count = 1
        var overflows = false
        for (what, extent) in extents {
            guard extent > 0 else { throw .extent(of: "filter", what: what, value: extent, smallest: 1) }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            count = product
            overflows = overflows || overflow
        }
        guard !overflows, values.count == count else {
            throw .filterValues(
                found: values.count, outputChannels: outputChannels, inputChannels: inputChannels, kernel: kernel)
        }
        self.outputChannels = outputChannels
        self.inputChannels = inputChannels
        self.kernel = kernel
        self.values = values
    }

    /// The weight that an input channel's pixel at this place of the kernel has for an output channel.
    subscript(output: Int, input: Int, row: Int, column: Int) -> Float {
        values[((output * inputChannels + input) * kernel + row) * kernel + column]
    }
}
