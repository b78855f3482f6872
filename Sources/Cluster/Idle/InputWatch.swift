import Coordination
import Glibc

/// Notices when somebody types or moves a mouse, by what any program may read.
///
/// | what | how |
/// |---|---|
/// | terminals, over the network too | the kernel notes when a program has read from one |
/// | keyboards and mice | `/dev/input/event*`, where this user may read them; what is read is forgotten at once |
/// | those of the old controller | its interrupts are counted in `/proc/interrupts` |
///
/// A desktop whose keyboard or mouse can be seen by none of them says nothing about its owner.
struct InputWatch: ~Copyable {
    private let files: HostFiles
    private let begun: Moment
    private var lastInput: Moment
    private var interrupts: Int?
    private var described: String?
    private var devices: [InputDevice] = []
    /// Those that can be read.
    private var open: [String: Int32] = [:]
    private var buffer = [UInt8](repeating: 0, count: 4_096)

    init(_ files: HostFiles, at now: Moment) {
        self.files = files
        (begun, lastInput) = (now, now)
    }

    deinit {
        for descriptor in open.values { close(descriptor) }
    }

    /// Looks at everything.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - wallClock: The same in seconds since 1970, as the kernel notes when terminals are read.
    /// - Returns: When somebody was last there, or why that cannot be seen.
    mutating func look(at now: Moment, wallClock: Double) -> HostObservation.Input {
        findDevices()
        if hasInterrupts() || hasEvents() { lastInput = now }
        let desktops = DesktopSession.all(files)
        if desktops.contains(where: \.isRemote) {
            return .unseen(why: "somebody has a desktop here over the network, and it cannot be seen when they use it")
        }
        if !desktops.isEmpty, let blind = devices.first(where: { !isSeen($0) }) {
            return .unseen(
                why: """
                    somebody has a desktop here, and it cannot be seen when they use '\(blind.name.prefix(80))' — let this \
                    user read /dev/input/event* (group input), or write input: ignore
                    """)
        }
        return .idle(min(sinceDevices(at: now), sinceTerminals(at: now, wallClock: wallClock)))
    }

    // MARK: Keyboards and mice

    private mutating func findDevices() {
        let text = files.text("/proc/bus/input/devices")
        guard text != described else { return }
        described = text
        devices = InputDevice.all(in: text ?? "")
        for descriptor in open.values { close(descriptor) }
        open = [:]
        for event in devices.compactMap(\.event) {
            let descriptor = unsafe Glibc.open(files.path("/dev/input/\(event)"), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            if descriptor >= 0 { open[event] = descriptor }
        }
        // What was typed before is no news.
        _ = hasEvents()
    }

    private func isSeen(_ device: InputDevice) -> Bool {
        device.event.map { open[$0] != nil } == true || device.isCounted && interrupts != nil
    }

    private mutating func hasEvents() -> Bool {
        var isNews = false
        for descriptor in open.values {
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { place in
                    unsafe read(descriptor, place.baseAddress, place.count)
                }
                guard count > 0 else { break }
                isNews = true
            }
        }
        return isNews
    }

    private mutating func hasInterrupts() -> Bool {
        let count = files.text("/proc/interrupts").flatMap { Self.inputInterrupts(in: $0) }
        defer { interrupts = count }
        guard let count, let interrupts else { return false }
        return count != interrupts
    }

    /// How often the old controller of keyboard and mouse has called; nil where there is none.
    static func inputInterrupts(in text: String) -> Int? {
        let lines = text.split(separator: "\n").filter { $0.split(separator: " ").contains("i8042") }
        guard !lines.isEmpty else { return nil }
        return lines.reduce(0) { sum, line in
            sum + line.split(separator: " ").dropFirst().prefix { Int($0) != nil }.reduce(0) { $0 + (Int($1) ?? 0) }
        }
    }

    /// Somebody may have typed just before this began to look.
    private func sinceDevices(at now: Moment) -> Duration {
        devices.isEmpty ? .seconds(Int64.max / 2) : now.duration(since: lastInput)
    }

    // MARK: Terminals

    private func sinceTerminals(at now: Moment, wallClock: Double) -> Duration {
        let pseudo = files.names(in: "/dev/pts").filter { Int($0) != nil }.map { "/dev/pts/\($0)" }
        let consoles = (1...Self.consoles).map { "/dev/tty\($0)" }
        let newest = (pseudo + consoles).compactMap { files.lastRead($0) }.max()
        let uptime = files.word("/proc/uptime").flatMap { Double($0) }.map { Duration.seconds($0) }
        guard let newest else { return uptime ?? now.duration(since: begun) }
        // Clocks may have been set back since.
        return .seconds(max(0, wallClock - newest))
    }

    private static let consoles = 12
}
