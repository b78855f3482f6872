/// What the owner of a machine lets others have of it.
///
/// The names are those of HTCondor's policy for desktops, and so are the numbers, but for `cpuBusyTime`: HTCondor leaves its
/// job two minutes beside a busy program before it suspends it.
package struct OwnerRules: Hashable, Sendable {
    /// Rules to begin with.
    package enum Preset: String, CaseIterable, Sendable {
        /// The machine is there for this: always work.
        case dedicated
        /// Work while nobody is at the machine and it has little else to do.
        case desktop
        /// The same, at night and at weekends only.
        case night
    }

    // MARK: Somebody is there

    /// Whether keyboards, mice and terminals are looked at.
    package var watchesInput = true
    /// So long nobody has to have been there before work starts.
    package var startIdleTime = Duration.seconds(15 * 60)
    /// So long, before suspended work continues.
    package var continueIdleTime = Duration.seconds(5 * 60)
    /// Whoever was there within this time is there.
    package var keyboardBusyTime = Duration.seconds(60)

    // MARK: The machine has other things to do

    /// Whether the load is looked at.
    package var watchesLoad = true
    /// Processors that others may keep busy, as a minute's average, for work to start or continue.
    package var backgroundLoad = 0.3
    /// Processors that others keep busy when work is suspended.
    package var highLoad = 0.5
    /// For how long they have to.
    package var cpuBusyTime = Duration.milliseconds(500)
    /// Per cent of a second in which programs may wait for a processor; nil for any.
    ///
    /// It counts only while others use more than `backgroundLoad`, since the work itself makes some.
    package var cpuPressure: Double? = 20
    /// The same for the disks.
    package var ioPressure: Double?
    /// The same for memory, whoever uses it.
    package var memoryPressure: Double? = 10
    /// Bytes that have to stay free for the owner.
    package var spareMemory = 500_000_000
    package var worksOnBattery = false
    /// When the machine may work for others; empty: always.
    package var hours: [WorkingHours] = []

    // MARK: Leaving

    /// After so long suspended work is handed back.
    package var maxSuspendTime = Duration.seconds(10 * 60)
    /// So long after it was handed back the computation ends, and its memory is free.
    package var maxVacateTime = Duration.seconds(10 * 60)
    /// So long work stays suspended at least.
    static let leastSuspendTime = Duration.seconds(10)

    // MARK: How much

    /// Bytes that a task may take; nil where the owner does not say.
    package var memory: Int?
    /// Bytes of features that may be kept on the disk, and as many of files.
    package var cacheLimit: Int?
    package var threads: Int?

    package init(_ preset: Preset) {
        switch preset {
        case .dedicated:
            (watchesInput, watchesLoad, worksOnBattery) = (false, false, true)
            (memoryPressure, spareMemory) = (nil, 0)
        case .desktop: break
        case .night: hours = ["Mon-Fri 19:00-07:00", "Sat-Sun"].compactMap { WorkingHours($0) }
        }
    }

    /// Whether there is nothing to look at: the machine always works.
    package var areNone: Bool {
        !watchesInput && !watchesLoad && worksOnBattery && hours.isEmpty && memoryPressure == nil && spareMemory == 0
    }
}
