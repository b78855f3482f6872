import Foundation
import Glibc
import Synchronization

/// A TCP proxy on loopback that treats connections as bad networks do.
///
/// The n-th connection fares the same in every run with the same seed, as far as the same bytes pass through it in the same pieces.
package final class FaultProxy: Sendable {
    /// What has happened so far.
    package struct Tally: Hashable, Sendable {
        package var connections = 0
        package var bytes = 0
        package var flippedBits = 0
        package var cuts = 0
    }

    private struct State {
        var weather: Weather
        var tally = Tally()
        var isStopping = false
    }

    /// Where it listens.
    private let place: LoopbackEndpoint
    private let listener: Int32
    /// The reading end of a pipe wakes the proxy's thread.
    private let wakeUp: [Int32]
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// Passes connections on to an endpoint of this host.
    package init(to target: LoopbackEndpoint, seed: UInt64, weather: Weather = .fair) throws {
        state = Mutex(State(weather: weather))
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw POSIXError.last }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeUp = ends
        place = try Self.listen(listener)
        let thread = Thread { [self] in
            ProxyLoop(listener: listener, wakeUp: wakeUp[0], target: target, seed: seed).run(
                weather: { [self] in state.withLock { $0.isStopping ? nil : $0.weather } },
                count: { [self] change in state.withLock { change(&$0.tally) } })
            ended.signal()
        }
        thread.name = "fault proxy"
        thread.start()
    }

    package var endpoint: String { place.description }

    package var tally: Tally { state.withLock { $0.tally } }

    /// Changes the weather for all connections, those that there are too.
    package func turn(_ weather: Weather) {
        state.withLock { $0.weather = weather }
        wake()
    }

    /// Ends all connections; returns when they have ended.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        wake()
        ended.wait()
        close(listener)
        for end in wakeUp { close(end) }
    }

    private func wake() {
        var one: UInt8 = 1
        // A full pipe means that the thread will wake anyway.
        unsafe _ = write(wakeUp[1], &one, 1)
    }

    private static func listen(_ descriptor: Int32) throws -> LoopbackEndpoint {
        let own = LoopbackEndpoint.ofItsOwn()
        var address = own.socketAddress
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard unsafe bind(descriptor, pointer, count) == 0, Glibc.listen(descriptor, 64) == 0,
                let pointer = unsafe pointer
            else { return Int32(-1) }
            return unsafe getsockname(descriptor, pointer, &count)
        }
        guard outcome == 0 else { throw POSIXError.last }
        return LoopbackEndpoint(address: own.address, port: UInt16(bigEndian: address.sin_port))
    }
}
