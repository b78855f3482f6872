/// A shape that is told from others by its outline alone.
enum SceneShape: Int, CaseIterable, Sendable {
    case disc, triangle, cross, ring

    /// Whether a place belongs to the shape, in units of the radius of the circle around it.
    func contains(_ u: Double, _ v: Double) -> Bool {
        let square = u * u + v * v
        return switch self {
        case .disc: square <= 0.7
        // Corners at (1, 0) and (−½, ±√¾).
        case .triangle: u >= -0.5 && u + 1.7320508075688772 * abs(v) <= 1
        case .cross: square <= 1 && min(abs(u), abs(v)) <= 0.3
        case .ring: (0.36...1).contains(square)
        }
    }
}

/// A shape at its place in an image.
struct PlacedShape: Sendable {
    let shape: SceneShape
    let centre: (x: Double, y: Double)
    /// In pixels.
    let radius: Double
    /// The direction of its own first axis, of length 1.
    let axis: (x: Double, y: Double)

    /// Whether a pixel belongs to it.
    func contains(x: Int, y: Int) -> Bool {
        let (dx, dy) = ((Double(x) - centre.x) / radius, (Double(y) - centre.y) / radius)
        return shape.contains(dx * axis.x + dy * axis.y, dy * axis.x - dx * axis.y)
    }
}
