import Coordination
import Foundation
import Glibc
import Synchronization

/// The inside of a compute process: tasks come in on standard input, and what becomes of them goes out on standard output.
///
/// It ends with standard input, which its agent holds open as long as it lives.
package enum ComputeService {
    /// Computes until the agent has gone; does not return.
    ///
    /// - Parameters:
    ///   - memory: Bytes of memory beyond which an allocation fails at once; the agent looks at what is really used.
    ///   - runner: Computes a task.
    package static func run(memory: Int?, runner: @escaping TaskRun.Runner) -> Never {
        // A Ctrl-C is for everybody at the terminal; whether this process ends is up to its agent.
        for number in [SIGINT, SIGTERM, SIGPIPE] { _ = signal(number, SIG_IGN) }
        // Where the kernel has to kill somebody, the agent and its session had better live.
        try? "500".write(toFile: "/proc/self/oom_score_adj", atomically: false, encoding: .utf8)
        if let memory {
            let bytes = rlim_t(memory) + allowance
            var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
        }
        let words = dup(STDOUT_FILENO)
        // What a library prints must not come between the messages.
        dup2(STDERR_FILENO, STDOUT_FILENO)
        let lock = Mutex(())
        let compute = ComputeThread(runner) { message in
            lock.withLock { _ in write(message.bytes, to: words) }
        }
        obey { message in
            switch message {
            case .start(let name, let body, let trials, let inputs):
                compute.start(name, body: body, trials: trials, inputs)
            case .stop(let name): compute.stop(name)
            case .progressed, .finished, .checkpointed, .ended, .failed, .stopped: break
            }
        }
        _exit(0)
    }

    /// What may be allocated beyond what may be used: stacks and buffers that are never filled.
    private static let allowance: rlim_t = 1 << 30

    /// Reads orders until there are no more.
    private static func obey(_ carryOut: (ComputeMessage) -> Void) {
        var reader = ComputeMessageReader()
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { place in
                unsafe read(STDIN_FILENO, place.baseAddress, place.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            reader.append(buffer.prefix(count))
            do throws(WireError) {
                while let message = try reader.next() { carryOut(message) }
            } catch {
                try? FileHandle.standardError.write(contentsOf: Data("the agent's order is \(error)\n".utf8))
                _exit(EX_PROTOCOL)
            }
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads it any more.
            guard count > 0 else { _exit(0) }
            rest = rest.dropFirst(count)
        }
    }
}
