internal import KernelInterface

/// The maps that a convolution reads and writes.
///
/// Shared by the threads that compute one of them: each writes its own part of the output.
struct ConvolutionPass: @unchecked Sendable {
    // Safe because the pointers live until all parts are done, and no two parts overlap.
    let input: UnsafePointer<Float>
    let inputShape: Shape
    let output: UnsafeMutablePointer<Float>
    let outputShape: Shape
    /// Its residual is laid out as the output, and may be what stands there.
    private(set) var finish: Finish
    /// Where the largest of each 2x2 pixels go as well.
    var pooled: UnsafeMutablePointer<Float>?

    /// The same with something to add, laid out as the output.
    func adding(_ residual: UnsafePointer<Float>?) -> ConvolutionPass {
        var pass = self
        pass.finish.residual = residual
        return pass
    }
}
