package import Coordination

/// What a submitted sweep file changed.
package struct Submission: Hashable, Sendable {
    package let sweep: SweepID
    /// Trials that the sweep did not have before.
    package let added: [TrialID]
    /// Trials that it had, in the file's order.
    package let kept: [TrialID]
    /// Trials that the file no longer names; their results stay in the store.
    package let withdrawn: [TrialID]
    /// How many of the sweep's trials have a result already, from this sweep or from another.
    package let finished: Int
    /// How many of the added trials had a result before: another sweep has finished them.
    package let reused: Int
    /// Failed tasks that are tried again, since who submits again asks again.
    package let reopened: Int
}
