/// What is seen of a host at one moment: facts, and no opinion on them.
package struct HostObservation: Hashable, Sendable {
    /// When somebody last typed or moved a mouse.
    package enum Input: Hashable, Sendable {
        /// So long nobody has.
        case idle(Duration)
        /// Somebody may be there, and nothing that can be read would tell.
        case unseen(why: String)
    }

    /// How much of the last second something had to wait, in per cent; zero where the kernel does not say.
    package struct Pressure: Hashable, Sendable {
        package var cpu: Double
        package var memory: Double
        package var io: Double

        package init(cpu: Double = 0, memory: Double = 0, io: Double = 0) {
            (self.cpu, self.memory, self.io) = (cpu, memory, io)
        }
    }

    /// Processors that others have kept busy during the last second; this worker's own processes are left out.
    package var othersCPU: Double
    /// The same over the last minute, weighed as the kernel weighs its load average.
    package var othersLoad: Double
    package var input: Input
    package var pressure: Pressure
    /// Bytes that programs could take before the host swaps; nil where the kernel does not say.
    package var availableMemory: Int?
    package var isOnBattery: Bool
    package var time: LocalTime

    package init(
        othersCPU: Double = 0, othersLoad: Double = 0, input: Input, pressure: Pressure = Pressure(),
        availableMemory: Int? = nil, isOnBattery: Bool = false, time: LocalTime
    ) {
        self.othersCPU = othersCPU
        self.othersLoad = othersLoad
        self.input = input
        self.pressure = pressure
        self.availableMemory = availableMemory
        self.isOnBattery = isOnBattery
        self.time = time
    }
}
