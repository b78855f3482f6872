/// The ground-truth position maps of the paper.
package enum PositionMap: String, CaseIterable, Codable, Sendable {
    case horizontal = "H"
    case vertical = "V"
    case gaussian = "G"
    case horizontalStripes = "HS"
    case verticalStripes = "VS"
}
