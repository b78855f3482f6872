import Foundation
import Glibc

/// What the proxy's thread does: takes connections in, and carries their bytes through two streams each.
struct ProxyLoop {
    let listener: Int32
    let wakeUp: Int32
    let target: LoopbackEndpoint
    let seed: UInt64

    /// A connection and the one that it is passed on to.
    private struct Link {
        let client: Int32
        let server: Int32
        var inward: FaultyStream
        var outward: FaultyStream
        /// A side has hung up; what it sent before still arrives.
        var hasInwardEnded = false
        var hasOutwardEnded = false

        var flippedBits: Int { inward.flippedBits + outward.flippedBits }
        var isCut: Bool { inward.isCut || outward.isCut }
        var isOver: Bool { hasInwardEnded && inward.isEmpty || hasOutwardEnded && outward.isEmpty }

        /// Ends both connections; where they are cut, nothing more of what was sent is delivered.
        func close() {
            for descriptor in [client, server] {
                var abrupt = linger(l_onoff: isCut ? 1 : 0, l_linger: 0)
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
                Glibc.close(descriptor)
            }
        }
    }

    /// Works until there is no weather any more.
    func run(weather: () -> Weather?, count: ((inout FaultProxy.Tally) -> Void) -> Void) {
        let started = ContinuousClock.now
        var links: [Link] = []
        var number: UInt64 = 0
        defer { for link in links { link.close() } }
        while let before = weather() {
            let now = ContinuousClock.now - started
            var items = [
                pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            ]
            for link in links { items += Self.interests(of: link, at: now, under: before) }
            let due = links.flatMap { [$0.inward.due(under: before.inward), $0.outward.due(under: before.outward)] }
                .compactMap { $0 }.filter { $0 > now }.min()
            let wait = due.map { Int32(max(1, (($0 - now) / .milliseconds(1)).rounded(.up))) } ?? 60_000
            unsafe poll(&items, nfds_t(items.count), wait)
            var signals = [UInt8](repeating: 0, count: 64)
            unsafe _ = read(wakeUp, &signals, signals.count)
            // What came after the weather turned meets the new one.
            guard let weather = weather() else { return }
            for index in links.indices {
                let flips = links[index].flippedBits
                let passed = Self.carry(
                    &links[index], items[2 + 2 * index].revents, items[3 + 2 * index].revents,
                    at: ContinuousClock.now - started, under: weather)
                let link = links[index]
                count { tally in
                    tally.bytes += passed
                    tally.flippedBits += link.flippedBits - flips
                    tally.cuts += link.isCut ? 1 : 0
                }
            }
            for link in links where link.isCut || link.isOver { link.close() }
            links.removeAll { $0.isCut || $0.isOver }
            while let client = accept() {
                number += 1
                count { $0.connections += 1 }
                if let link = link(client, number: number) { links.append(link) }
            }
        }
    }

    private func accept() -> Int32? {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return nil }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        return client
    }

    /// Passes a connection on; where nobody listens, it ends.
    private func link(_ client: Int32, number: UInt64) -> Link? {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = target.socketAddress
        let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(server, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        let link = Link(
            client: client, server: server, inward: FaultyStream(seed: seed &+ 2 * number),
            outward: FaultyStream(seed: seed &+ 2 * number + 1))
        guard outcome == 0 else {
            link.close()
            return nil
        }
        _ = fcntl(server, F_SETFL, O_NONBLOCK)
        return link
    }

    private static func interests(of link: Link, at now: Duration, under weather: Weather) -> [pollfd] {
        func item(_ descriptor: Int32, reads: Bool, writes: Bool) -> pollfd {
            // A descriptor that is waited for in vain would still report that its other side has hung up, again and again.
            pollfd(
                fd: reads || writes ? descriptor : -1,
                events: (reads ? Int16(POLLIN) : 0) | (writes ? Int16(POLLOUT) : 0), revents: 0)
        }
        return [
            item(
                link.client, reads: !link.hasInwardEnded && link.inward.room(under: weather.inward) > 0,
                writes: link.outward.next(at: now, under: weather.outward) != nil),
            item(
                link.server, reads: !link.hasOutwardEnded && link.outward.room(under: weather.outward) > 0,
                writes: link.inward.next(at: now, under: weather.inward) != nil),
        ]
    }

    /// - Returns: How many bytes have come through.
    private static func carry(
        _ link: inout Link, _ client: Int16, _ server: Int16, at now: Duration, under weather: Weather
    ) -> Int {
        let readable = Int16(POLLIN | POLLHUP | POLLERR)
        if client & readable != 0, !fill(&link.inward, from: link.client, at: now, under: weather.inward) {
            link.hasInwardEnded = true
        }
        if server & readable != 0, !fill(&link.outward, from: link.server, at: now, under: weather.outward) {
            link.hasOutwardEnded = true
        }
        return drain(&link.inward, into: link.server, at: now, under: weather.inward)
            + drain(&link.outward, into: link.client, at: now, under: weather.outward)
    }

    /// - Returns: Whether the side that sends is still there.
    private static func fill(
        _ stream: inout FaultyStream, from descriptor: Int32, at now: Duration, under faults: Faults
    ) -> Bool {
        let room = stream.room(under: faults)
        guard room > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: room)
        let bytes = unsafe recv(descriptor, &buffer, room, 0)
        if bytes < 0 { return errno == EAGAIN || errno == EINTR }
        if bytes > 0 { stream.take(Array(buffer.prefix(bytes)), at: now, under: faults) }
        return bytes > 0
    }

    /// - Returns: How many bytes came out.
    private static func drain(
        _ stream: inout FaultyStream, into descriptor: Int32, at now: Duration, under faults: Faults
    ) -> Int {
        var passed = 0
        while let bytes = stream.next(at: now, under: faults) {
            let sent = unsafe bytes.withUnsafeBytes { bytes in
                unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno != EAGAIN, errno != EINTR {
                // Nobody is there to take the rest.
                stream.empty()
                return passed
            }
            guard sent > 0 else { return passed }
            stream.drop(sent)
            passed += sent
        }
        return passed
    }
}
