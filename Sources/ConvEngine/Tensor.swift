/// Feature maps: float32 values of shape `[images, height, width, channels]`, the channels of a pixel side by side.
///
/// A value: a copy shares the memory until one of the two is written to.
///
/// ```swift
/// var maps = Tensor(Shape(images: 1, height: 2, width: 2, channels: 3))      // zeros
/// maps[0, 1, 0, 2] = 5
/// ```
package struct Tensor: Sendable {
    package let shape: Shape
    private var buffer: FloatBuffer

    /// Zeros.
    package init(_ shape: Shape) {
        self.init(uninitialized: shape)
        buffer.floats.initialize(repeating: 0, count: shape.count)
    }

    /// These values in the order of memory: images, rows, columns, channels.
    ///
    /// - Precondition: There are as many values as the shape counts.
    package init(_ shape: Shape, values: [Float]) {
        precondition(values.count == shape.count, "the values do not fill the shape")
        self.init(uninitialized: shape)
        values.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            buffer.floats.initialize(from: first, count: source.count)
        }
    }

    /// Memory that the caller fills before anybody reads it.
    init(uninitialized shape: Shape) {
        self.shape = shape
        buffer = FloatBuffer(count: shape.count)
    }

    /// Memory that somebody has filled.
    init(_ shape: Shape, buffer: FloatBuffer) {
        self.shape = shape
        self.buffer = buffer
    }

    /// All values in the order of memory.
    package var values: [Float] {
        withUnsafeBufferPointer(Array.init)
    }

    /// One value.
    ///
    /// - Precondition: The position lies inside the shape.
    package subscript(image: Int, row: Int, column: Int, channel: Int) -> Float {
        get { buffer.floats[offset(image, row, column, channel)] }
        set {
            let offset = offset(image, row, column, channel)
            makeUnique()
            buffer.floats[offset] = newValue
        }
    }

    /// Lends the values in the order of memory.
    package func withSpan<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: buffer.floats, count: shape.count).span)
    }

    /// Lends the values for writing, in the order of memory.
    package mutating func withMutableSpan<Result, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        var span = UnsafeMutableBufferPointer(start: buffer.floats, count: shape.count).mutableSpan
        return try body(&span)
    }

    /// Lends the values in the order of memory; the pointer must not leave the closure.
    package func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: buffer.floats, count: shape.count))
    }

    /// Lends the values for writing, in the order of memory; the pointer must not leave the closure.
    package mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: buffer.floats, count: shape.count))
    }

    private func offset(_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> Int {
        precondition(
            (0..<shape.images).contains(image) && (0..<shape.height).contains(row)
                && (0..<shape.width).contains(column) && (0..<shape.channels).contains(channel),
            "a position lies outside the tensor")
        return ((image * shape.height + row) * shape.width + column) * shape.channels + channel
    }

    /// Whether nobody else refers to this memory, so that a write would not copy it.
    mutating func isUnique() -> Bool { isKnownUniquelyReferenced(&buffer) }

    private mutating func makeUnique() {
        guard !isKnownUniquelyReferenced(&buffer) else { return }
        let copy = FloatBuffer(count: shape.count)
        copy.floats.initialize(from: buffer.floats, count: shape.count)
        buffer = copy
    }
}

extension Tensor: Equatable {
    package static func == (one: Tensor, other: Tensor) -> Bool {
        guard one.shape == other.shape else { return false }
        return one.withUnsafeBufferPointer { mine in other.withUnsafeBufferPointer { mine.elementsEqual($0) } }
    }
}
