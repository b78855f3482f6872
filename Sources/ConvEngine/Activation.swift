/// What is done to each sum on its way into the output.
package enum Activation: Hashable, Sendable {
    case identity
    /// max(0, x); a value that is not a number stays one.
    case relu
}
