import Coordination
import Foundation
import Glibc

/// What the agent's thread beside a compute process does: starts it, passes messages both ways, reads its log, looks at
/// its memory, ends it, all as ``ComputeSupervisor`` says.
final class ComputeLoop {
    enum Mail: Sendable {
        case event(ComputeSupervisor.Event)
        /// The process with this number has ended.
        case ended(launch: Int, ChildProcess.End)
        case close
    }

    /// The running process, and this side's ends of its three streams.
    private struct Child {
        let process: ChildProcess
        let orders: FileHandle
        let words: FileHandle
        let log: FileHandle
        /// Orders that the pipe has not taken yet.
        var unwritten: ArraySlice<UInt8> = []
        var reader = ComputeMessageReader()
        let oomKills: Int
    }

    private let settings: ComputeProcess.Settings
    private let mailbox: Mailbox<Mail>
    private let report: ([Worker.Event]) -> Void
    private let clock = ContinuousClock()
    private let started = ContinuousClock.now
    private var supervisor: ComputeSupervisor
    private var child: Child?
    private var launches = 0
    private var log = LogTail()
    private var told: [Worker.Event] = []
    private var nextTick = Moment.start
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    /// Reads of one stream before the others have their turn.
    private static let readsAtOnce = 64

    init(
        _ settings: ComputeProcess.Settings, _ mailbox: Mailbox<Mail>, report: @escaping ([Worker.Event]) -> Void
    ) {
        self.settings = settings
        self.mailbox = mailbox
        self.report = report
        supervisor = ComputeSupervisor(settings.limits)
    }

    private var now: Moment { Moment(sinceStart: clock.now - started) }

    /// Works until it is closed; the process has ended then too.
    func run() {
        while true {
            wait()
            for mail in mailbox.takeAll() {
                switch mail {
                case .event(let event): handle(event)
                case .ended(let launch, let end): if launch == launches { bury(end) }
                case .close:
                    close()
                    return
                }
            }
            readLog()
            readWords()
            writeOrders()
            if supervisor.needsTicks, nextTick <= now {
                nextTick = now.advanced(by: ComputeSupervisor.tick)
                handle(.ticked(memory: child.map { Self.memory(of: $0.process.identifier) } ?? 0))
            }
            if !told.isEmpty { report(told) }
            told = []
        }
    }

    private func handle(_ event: ComputeSupervisor.Event) {
        for effect in supervisor.handle(event, at: now) { carryOut(effect) }
    }

    private func carryOut(_ effect: ComputeSupervisor.Effect) {
        switch effect {
        case .launch: launch()
        case .write(let message): child?.unwritten += message.bytes
        case .kill: child?.process.send(SIGKILL)
        case .freeze: child?.process.send(SIGSTOP)
        case .thaw: child?.process.send(SIGCONT)
        case .clearLog: log.clear()
        case .tell(.failed(let name, let kind, let cause)):
            let text = log.text
            let whole = text.isEmpty ? cause : "\(cause)\n\(text)"
            told.append(.failed(name, kind, cause: whole))
        case .tell(let message): if let event = message.event { told.append(event) }
        }
    }

    // MARK: The process

    private func launch() {
        launches += 1
        let launch = launches
        do {
            let (orders, words, log) = (try PrivatePipe(), try PrivatePipe(), try PrivatePipe())
            let process = try ChildProcess(
                settings.program, arguments: settings.arguments,
                streams: [
                    orders.reading.fileDescriptor, words.writing.fileDescriptor, log.writing.fileDescriptor,
                ], environment: Self.environment, inGroupOfItsOwn: settings.mayBeStopped,
                // Slurm tells every process of a job to end, also one that has only begun: its agent decides.
                deafTo: [SIGINT, SIGTERM]
            ) { [mailbox] end in mailbox.post(.ended(launch: launch, end)) }
            for handle in [orders.writing, words.reading, log.reading] {
                _ = fcntl(handle.fileDescriptor, F_SETFL, O_NONBLOCK)
            }
            settings.own.compute(in: process.identifier)
            child = Child(
                process: process, orders: orders.writing, words: words.reading, log: log.reading,
                oomKills: Self.oomKills)
        } catch {
            mailbox.post(.event(.launchFailed(cause: "\(error)")))
        }
    }

    /// A backtrace would push the one line that says what happened out of the log's tail.
    private static let environment = ProcessInfo.processInfo.environment.merging(
        ["SWIFT_BACKTRACE": "enable=no"]
    ) { own, _ in own }

    private func bury(_ end: ChildProcess.End) {
        // What it said before it died is still in the pipes.
        readLog(toTheEnd: true)
        readWords(toTheEnd: true)
        let text = log.text
        let wasOutOfMemory =
            ["allocate memory", "failed to allocate", "out of memory"].contains(where: text.contains)
            || (end == .killed(signal: SIGKILL) && child.map { Self.oomKills > $0.oomKills } == true)
        settings.own.compute(in: nil)
        child = nil
        handle(.ended(end, ranOutOfMemory: wasOutOfMemory))
    }

    private func close() {
        if let child {
            child.process.send(SIGKILL)
            child.process.waitUntilEnded()
        }
        child = nil
    }

    // MARK: Its streams

    private func wait() {
        let rest = supervisor.needsTicks ? nextTick.duration(since: now) : .seconds(60)
        let milliseconds = max(0, (rest / .milliseconds(1)).rounded(.up))
        var items = [pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
        if let child {
            items.append(pollfd(fd: child.words.fileDescriptor, events: Int16(POLLIN), revents: 0))
            items.append(pollfd(fd: child.log.fileDescriptor, events: Int16(POLLIN), revents: 0))
            if !child.unwritten.isEmpty {
                items.append(pollfd(fd: child.orders.fileDescriptor, events: Int16(POLLOUT), revents: 0))
            }
        }
        unsafe _ = poll(&items, nfds_t(items.count), Int32(milliseconds))
    }

    private func readWords(toTheEnd: Bool = false) {
        guard let descriptor = child?.words.fileDescriptor else { return }
        read(descriptor, toTheEnd) { bytes in
            child?.reader.append(bytes)
            do throws(WireError) {
                while let message = try child?.reader.next() { handle(.said(message)) }
                return true
            } catch {
                handle(.babbled(cause: error.description))
                return false
            }
        }
    }

    private func readLog(toTheEnd: Bool = false) {
        guard let descriptor = child?.log.fileDescriptor else { return }
        read(descriptor, toTheEnd) { bytes in
            log.append(bytes)
            if settings.passesLogOn { try? FileHandle.standardError.write(contentsOf: bytes) }  // The tail is kept.
            return true
        }
    }

    /// Hands over what there is to read, until `take` has enough.
    private func read(_ descriptor: Int32, _ toTheEnd: Bool, _ take: (ArraySlice<UInt8>) -> Bool) {
        var reads = 0
        while toTheEnd || reads < Self.readsAtOnce {
            reads += 1
            let count = unsafe buffer.withUnsafeMutableBytes { place in
                unsafe Glibc.read(descriptor, place.baseAddress, place.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0, take(buffer.prefix(count)) else { return }
        }
    }

    private func writeOrders() {
        while let child, !child.unwritten.isEmpty {
            let count = unsafe child.unwritten.withUnsafeBytes { place in
                unsafe write(child.orders.fileDescriptor, place.baseAddress, place.count)
            }
            if count < 0, errno == EINTR { continue }
            // A full pipe is tried again; a broken one belongs to a process that has ended.
            guard count > 0 else { return }
            self.child?.unwritten = child.unwritten.dropFirst(count)
        }
    }

    // MARK: Its memory

    /// Bytes of memory that a process has for itself alone, mapped files left out.
    private static func memory(of process: pid_t) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").compactMap { Int($0) }
        return pages.count > 2 ? max(0, pages[1] - pages[2]) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// How often the kernel has killed for want of memory since it was started.
    private static var oomKills: Int {
        let text = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
            .flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }
}
