/// The scale of the stripe targets: ours is [0, 1] by default, that of the paper's tables is [−1, 1].
///
/// Only errors depend on it; a rank correlation does not.
enum StripeScale {
    private static let stripes: Set<String> = ["HS", "VS"]

    /// Whether this metric of this trial is on another scale than the paper's.
    static func differsFromPaper(_ metric: String, settings: [String: String]) -> Bool {
        metric == "MAE" && isStriped(settings) && settings["stripes"] != "signed"
    }

    static func isStriped(_ settings: [String: String]) -> Bool {
        settings["target"].map(stripes.contains) ?? false
    }
}
