/// Durations as people say them.
enum TimeText {
    /// "42 s", "3 min", "2 h 10 min".
    static func short(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e9)).rounded(.up))
        return switch whole {
        case ..<100: "\(whole) s"
        case ..<6_000: "\((whole + 30) / 60) min"
        default: "\(whole / 3_600) h \(whole % 3_600 / 60) min"
        }
    }
}
