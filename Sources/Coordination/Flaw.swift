/// Mistakes that the simulation plants in the coordinator, where nothing outside of it can make them.
///
/// The simulation's other mistakes are made by changing events and effects on their way; these two are inside.
package enum Flaw: Hashable, Sendable {
    /// A task whose attempt came to nothing is not queued again.
    case forgottenRequeue
    /// A task that a worker has lost still counts against its credit.
    case lostCredit
}
