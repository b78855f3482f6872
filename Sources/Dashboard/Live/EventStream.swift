import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Those who listen to server-sent events: how many there may be, and what each has still to be sent.
///
/// Whoever does not take what is sent is dropped, and told all of it when it comes back.
final class EventStream: Sendable {
    private let state = Mutex(State())
    /// More than people have windows open; a further one asks again and again instead.
    static let listenersLimit = 64
    /// Events that wait for a listener before it counts as too slow.
    static let backlogLimit = 16
    /// Events of which a listener that comes back is told only what it has missed.
    static let memory = 64

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var sequences = 0
        var number: UInt64 = 0
        /// The newest events, each with its number.
        var recent: [(number: UInt64, text: String)] = []
        var last: UInt64 = 0
    }

    private struct Listener {
        let continuation: AsyncStream<[UInt8]>.Continuation
    }

    /// The number of the last event.
    var last: UInt64 { state.withLock { $0.last } }

    var isHeard: Bool { state.withLock { !$0.listeners.isEmpty } }

    /// Sends an event to everybody who listens.
    func send(_ event: String, _ data: Data) {
        state.withLock { state in
            state.last += 1
            let text = Self.text(of: event, data, number: state.last)
            state.recent.append((state.last, text))
            if state.recent.count > Self.memory { state.recent.removeFirst() }
            Self.yield(Array(text.utf8), &state)
        }
    }

    /// Says that there is somebody here, so that a connection that is gone is noticed.
    func beat() {
        state.withLock { state in Self.yield(Array(": here\n\n".utf8), &state) }
    }

    /// Takes a listener in.
    ///
    /// - Parameters:
    ///   - seen: The number of the last event that it knows.
    ///   - whole: Everything, as it is behind the event of this number, for one that has missed too much.
    /// - Returns: What it is to be sent; nil where there are as many listeners as there may be.
    func listen(after seen: UInt64?, whole: (number: UInt64, data: Data)) -> HTTPBodySequence? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.backlogLimit))
        let number: UInt64? = state.withLock { state in
            guard state.sequences < Self.listenersLimit else { return nil }
            state.sequences += 1
            state.number += 1
            let first = "retry: 2000\n\n" + Self.beginning(state, after: seen, whole: whole)
            continuation.yield(Array(first.utf8))
            state.listeners[state.number] = Listener(continuation: continuation)
            return state.number
        }
        guard let number else { return nil }
        let place = Place { [weak self] in self?.leave(number) }
        return HTTPBodySequence(from: EventBytes(stream: stream, place: place), suggestedBufferSize: 1 << 16)
    }

    private static func beginning(_ state: State, after seen: UInt64?, whole: (number: UInt64, data: Data)) -> String {
        func missed(since number: UInt64) -> [(number: UInt64, text: String)]? {
            let missed = state.recent.filter { $0.number > number }
            return number + UInt64(missed.count) == state.last ? missed : nil
        }
        if let seen, seen <= state.last, let missed = missed(since: seen) { return missed.map(\.text).joined() }
        let further = missed(since: whole.number) ?? []
        return text(of: "board", whole.data, number: whole.number) + further.map(\.text).joined()
    }

    private func leave(_ number: UInt64) {
        state.withLock { state in
            state.sequences -= 1
            state.listeners[number] = nil
        }
    }

    private static func yield(_ bytes: [UInt8], _ state: inout State) {
        for (number, listener) in state.listeners {
            if case .enqueued = listener.continuation.yield(bytes) { continue }
            state.listeners[number] = nil
            listener.continuation.finish()
        }
    }

    private static func text(of event: String, _ data: Data, number: UInt64) -> String {
        "event: \(event)\nid: \(number)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }
}

/// A listener's place, which is free again when the answer to it is over, whatever ended it.
private final class Place: Sendable {
    private let leave: @Sendable () -> Void

    init(_ leave: @escaping @Sendable () -> Void) {
        self.leave = leave
    }

    deinit {
        leave()
    }
}

/// The bytes of a listener's events, as FlyingFox takes them.
private struct EventBytes: AsyncBufferedSequence {
    typealias Element = UInt8
    let stream: AsyncStream<[UInt8]>
    let place: Place

    func makeAsyncIterator() -> Iterator {
        Iterator(stream: stream.makeAsyncIterator(), place: place)
    }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var stream: AsyncStream<[UInt8]>.Iterator
        let place: Place

        mutating func next() async throws -> UInt8? {
            try await nextBuffer(suggested: 1)?.first
        }

        /// A whole event, which is more than was suggested where it is larger.
        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            await stream.next(isolation: nil)
        }
    }
}
