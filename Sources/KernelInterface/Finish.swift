/// What is done to each sum on its way into the output: bias, then the residual, then the rectifier.
package struct Finish {
    /// One value per column, readable to the end of the last sixteen columns.
    package var bias: UnsafePointer<Float>
    /// What is added, laid out as the output.
    package var residual: UnsafePointer<Float>?
    package var isRectified: Bool

    package init(bias: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil, isRectified: Bool) {
        (self.bias, self.residual, self.isRectified) = (bias, residual, isRectified)
    }
}
