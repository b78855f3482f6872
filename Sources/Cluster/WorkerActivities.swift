import Coordination

/// What each worker has said last of what it computes.
struct WorkerActivities {
    private var activities: [WorkerID: (note: String, fraction: Double)] = [:]
    /// Of what was told in vain, as of workers that are unknown, no more than this is kept.
    private static let limit = 10_000
    /// And of what a worker says so many characters, for a thousand workers go into one answer.
    private static let noteLimit = 80

    mutating func take(_ report: Report) {
        switch report {
        case .progress(_, let worker, let fraction, let note, _):
            if activities.count >= Self.limit, activities[worker] == nil { activities = [:] }
            activities[worker] = (String(note.unicodeScalars.prefix(Self.noteLimit)), fraction)
        case .workerLeft(let worker, _), .workerLost(let worker, _): activities[worker] = nil
        default: break
        }
    }

    /// As `fit, epoch 3, 42 %`; nil where it has said nothing.
    func activity(of worker: WorkerID) -> String? {
        guard let (note, fraction) = activities[worker] else { return nil }
        guard fraction > 0, fraction < 1 else { return note }
        return "\(note), \(Int(fraction * 100)) %"
    }
}
