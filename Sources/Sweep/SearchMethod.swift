/// How the points of a sweep are made from its axes.
enum SearchMethod: Hashable {
    /// Every combination.
    case grid
    /// Points that are drawn, each axis by itself.
    case sample(count: Int, seed: Int)
    /// A baseline, and what is changed about it.
    case ablation
}
