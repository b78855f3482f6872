package import Foundation
import Glibc
import Synchronization

/// A process that this one has started, and a thread that waits for its end.
///
/// Foundation's `Process` learns of an end through a run loop and a socket that grandchildren inherit; with several
/// processes at a time it was seen to miss one. Here the kernel is asked.
package final class ChildProcess: Sendable {
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package let identifier: pid_t
    private let end = Mutex<End?>(nil)
    private let gone = DispatchSemaphore(value: 0)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its file.
    ///   - arguments: Its arguments, without its name.
    ///   - streams: What becomes its standard input, output and error; nil passes on this process's own.
    ///   - environment: Its environment; nil passes on this process's own.
    ///   - inGroupOfItsOwn: Puts it into a process group that nobody else is in. If this process then ends while the other
    ///     one is stopped, the kernel lets that go on, and hangs up on it (setpgid(2)); it could not end by itself.
    ///   - deaf: Signals that it does not hear unless it asks for them, from its first moment on.
    ///   - ended: Called once, on a thread of its own, when the process has ended.
    /// - Throws: `POSIXError` where it cannot be started.
    package init(
        _ program: URL, arguments: [String], streams: [Int32?] = [nil, nil, nil],
        environment: [String: String]? = nil, inGroupOfItsOwn: Bool = false, deafTo deaf: [Int32] = [],
        ended: @escaping @Sendable (End) -> Void
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            guard let stream else { continue }
            unsafe posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var flags: Int32 = 0
        if inGroupOfItsOwn {
            flags |= POSIX_SPAWN_SETPGROUP
            unsafe posix_spawnattr_setpgroup(&attributes, 0)
        }
        if !deaf.isEmpty {
            flags |= POSIX_SPAWN_SETSIGMASK
            var mask = sigset_t()
            unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
            for signal in deaf { unsafe sigaddset(&mask, signal) }
            unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        }
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        let variables = environment ?? ProcessInfo.processInfo.environment
        var words = unsafe ([program.path] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var started: pid_t = 0
        let status = PrivatePipe.whileNoneIsMade {
            unsafe posix_spawn(&started, program.path, &actions, &attributes, &words, &settings)
        }
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
        let identifier = started
        self.identifier = identifier
        let thread = Thread { [self] in
            let end = Self.end(of: identifier)
            self.end.withLock { $0 = end }
            gone.signal()
            ended(end)
        }
        thread.name = "child \(identifier)"
        thread.start()
    }

    /// Returns when it has ended.
    package func waitUntilEnded() {
        gone.wait()
        gone.signal()
    }

    /// How it ended; nil while it runs.
    package var ending: End? { end.withLock { $0 } }

    package var isRunning: Bool { ending == nil }

    /// Sends a signal, unless the process has ended.
    package func send(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
    }

    private static func end(of identifier: pid_t) -> End {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
    }
}

/// Two ends of a pipe that no other child inherits.
package struct PrivatePipe: Sendable {
    package let reading: FileHandle
    package let writing: FileHandle

    /// - Throws: `POSIXError` where there are too many open files.
    package init() throws {
        var ends: [Int32] = [0, 0]
        let status = Self.making.withLock { _ in
            let status = unsafe pipe(&ends)
            for end in ends where status == 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return status
        }
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    }

    /// A child that starts between a pipe's making and its marking would keep it open for as long as it lives.
    private static let making = Mutex(())

    fileprivate static func whileNoneIsMade<Result>(_ body: () -> sending Result) -> Result {
        making.withLock { _ in body() }
    }
}
