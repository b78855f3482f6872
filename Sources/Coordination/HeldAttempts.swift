/// The attempts that a worker computes, one after another in the order in which they came, or whose results wait for their
/// acknowledgement.
struct HeldAttempts: Hashable, Sendable {
    private struct Held: Hashable, Sendable {
        /// Its place among all that have come.
        let number: Int
        var unfinished: Set<TrialID>
        /// Hashes of what it needs.
        let needs: [UInt64]
        var isComputing = true
    }

    private var attempts: [AttemptName: Held] = [:]
    private var last = 0
    private(set) var computingCount = 0

    var names: [AttemptName] { inOrder(attempts) }

    /// Those that have not ended; the first of them is the one that runs.
    var computing: [AttemptName] { inOrder(attempts.filter(\.value.isComputing)) }

    private func inOrder(_ attempts: [AttemptName: Held]) -> [AttemptName] {
        attempts.sorted { $0.value.number < $1.value.number }.map(\.key)
    }

    func contains(_ name: AttemptName) -> Bool { attempts[name] != nil }

    mutating func add(_ name: AttemptName, _ trials: [TrialID], needs: [UInt64]) {
        last += 1
        attempts[name] = Held(number: last, unfinished: Set(trials), needs: needs)
        computingCount += 1
    }

    /// - Returns: Whether the trial is one of the attempt's, and was not finished.
    mutating func finish(_ trial: TrialID, of name: AttemptName) -> Bool {
        attempts[name]?.unfinished.remove(trial) != nil
    }

    /// Whether an attempt is held and has not ended.
    func isComputing(_ name: AttemptName) -> Bool { attempts[name]?.isComputing == true }

    /// How many trials of an attempt have no result; nil where the attempt is not held.
    func unfinishedCount(of name: AttemptName) -> Int? { attempts[name]?.unfinished.count }

    /// Hashes of what an attempt needs.
    func needs(of name: AttemptName) -> [UInt64] { attempts[name]?.needs ?? [] }

    /// The computation of an attempt has come to its end.
    mutating func end(_ name: AttemptName) {
        guard attempts[name]?.isComputing == true else { return }
        attempts[name]?.isComputing = false
        computingCount -= 1
    }

    /// Forgets an attempt if it has ended.
    mutating func removeIfEnded(_ name: AttemptName) {
        if attempts[name]?.isComputing == false { attempts[name] = nil }
    }

    /// - Returns: Whether the attempt had not ended; nil where it was not held.
    @discardableResult
    mutating func remove(_ name: AttemptName) -> Bool? {
        guard let isComputing = attempts.removeValue(forKey: name)?.isComputing else { return nil }
        if isComputing { computingCount -= 1 }
        return isComputing
    }
}
