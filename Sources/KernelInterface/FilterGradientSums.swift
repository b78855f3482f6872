/// ∂U of one input channel and up to eight outputs: the sums at the 36 points, one set for each chunk of tiles.
package struct FilterGradientSums {
    package var chunks: UnsafePointer<UnsafePointer<Float>>
    package var count: Int
    /// Where in each chunk the first output stands at the first point.
    package var place: Int
    package var pointStride: Int
    package var outputs: Int
    /// The floats from one output's nine weights to the next one's.
    package var outputStride: Int

    package init(
        chunks: UnsafePointer<UnsafePointer<Float>>, count: Int, place: Int, pointStride: Int, outputs: Int,
        outputStride: Int
    ) {
        (self.chunks, self.count, self.place) = (chunks, count, place)
        (self.pointStride, self.outputs, self.outputStride) = (pointStride, outputs, outputStride)
    }
}
