import Coordination

/// Which refused keys have been spoken of: one that knocks all day is worth a line a minute.
struct RefusalLog {
    private var spoken: Set<PublicKey> = []
    private var forgets = Moment.start

    private static let interval = Duration.seconds(60)
    /// Keys spoken of in a minute; strangers can draw as many as they like.
    private static let limit = 32

    mutating func isNew(_ key: PublicKey, at now: Moment) -> Bool {
        if forgets <= now {
            spoken = []
            forgets = now.advanced(by: Self.interval)
        }
        return spoken.count < Self.limit && spoken.insert(key).inserted
    }
}
