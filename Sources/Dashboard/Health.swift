/// Whether a coordinator is to be left alone, and whether it is of use at the moment.
package struct Health: Hashable, Sendable {
    /// Why it should be started anew; nil where it works.
    package let illness: String?
    /// Why it does no work for anybody now, though starting it anew would not help; nil where it does.
    package let hindrance: String?

    /// How long its thread may take to answer.
    package static let answerLimit = Duration.seconds(5)
    /// How long its disk may let something wait: the submission of a million trials takes ten seconds of it.
    package static let diskLimit = Duration.seconds(60)

    /// - Parameter snapshot: What the coordinator says of itself; nil where it has not answered.
    package init(_ snapshot: MetricsSnapshot?) {
        guard let snapshot else {
            illness = "the coordinator does not answer within \(Self.answerLimit.components.seconds) s"
            hindrance = nil
            return
        }
        let waited = Int(snapshot.store.waiting)
        illness =
            snapshot.store.waiting > Double(Self.diskLimit.components.seconds)
            ? "the disk of the state folder has let records wait for \(waited) s" : nil
        hindrance =
            snapshot.isDraining
            ? "the coordinator is about to end"
            : snapshot.store.refuses ? "the disk of the state folder refuses records; is it full?" : nil
    }
}
