import Foundation
import Synchronization

/// Threads that share out images among them.
///
/// They are ours and not Swift's cooperative pool, which must not be blocked and whose width nobody can choose. Each
/// index is worked on by one thread alone, so results depend neither on the number of threads nor on who took what.
///
/// ```swift
/// let team = ImageTeam(threads: 2)
/// let features = team.map(images.count) { index in encoder(images[index]) }
/// ```
package final class ImageTeam: Sendable {
    /// How many threads work, the calling one included.
    package let threads: Int
    private let crew = Crew()

    package init(threads: Int) {
        precondition(threads > 0, "a team needs a thread")
        self.threads = threads
        for number in 1..<threads {
            let thread = Thread { [crew] in crew.serve() }
            thread.name = "images \(number)"
            thread.start()
        }
    }

    deinit {
        crew.dismiss(threads - 1)
    }

    /// Calls the body once for every index below the count, on all threads, and returns when all are done.
    ///
    /// After a failure no further index begins. A call from inside a body, or while another thread uses the team, runs on
    /// the calling thread alone.
    ///
    /// - Throws: The error of the lowest index that failed, which is the same however many threads there are.
    package func forEach<Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let failure = FirstFailure<Failure>()
        let next = IndexCounter(count)
        withoutActuallyEscaping(body) { body in
            crew.run(helpers: min(threads, count) - 1) {
                while let index = next.take() {
                    do throws(Failure) {
                        try body(index)
                    } catch {
                        failure.record(error, at: index)
                        next.stop()
                    }
                }
            }
        }
        if let error = failure.error { throw error }
    }

    /// The body's results in the order of their indices.
    ///
    /// - Throws: The error of the lowest index that failed.
    package func map<Result: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        let results = ResultList<Result>(count)
        try forEach(count) { (index) throws(Failure) in
            results.set(try body(index), at: index)
        }
        return results.all
    }
}

/// Waiting threads and what they are to do next.
private final class Crew: Sendable {
    private struct State {
        var job: (@Sendable () -> Void)?
        var isDismissed = false
    }

    private let state = Mutex(State())
    private let start = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// Runs the job on the calling thread and on helpers, or on the calling thread alone if the helpers are busy.
    func run(helpers: Int, _ job: @escaping @Sendable () -> Void) {
        let called =
            helpers > 0
            && state.withLock { state in
                guard state.job == nil else { return false }
                state.job = job
                return true
            }
        guard called else { return job() }
        for _ in 0..<helpers { start.signal() }
        job()
        // A helper that wakes late finds nothing left to do, but the job must live until it has looked.
        for _ in 0..<helpers { done.wait() }
        state.withLock { $0.job = nil }
    }

    func serve() {
        while true {
            start.wait()
            var job = state.withLock(\.job)
            if state.withLock(\.isDismissed) { return }
            job?()
            // The job's owner may return on this signal, and nobody may hold the job after that.
            job = nil
            done.signal()
        }
    }

    func dismiss(_ threads: Int) {
        state.withLock { $0.isDismissed = true }
        for _ in 0..<threads { start.signal() }
    }
}

/// Hands out the indices below a count, each once, ascending.
private final class IndexCounter: Sendable {
    private let next = Atomic(0)
    private let count: Int

    init(_ count: Int) {
        self.count = count
    }

    func take() -> Int? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }

    func stop() {
        next.store(count, ordering: .relaxed)
    }
}

/// Of several failures the one with the lowest index.
///
/// Indices begin in ascending order, so all below a failing one have begun and the lowest failure is always seen.
private final class FirstFailure<Failure: Error>: Sendable {
    private let first = Mutex<(index: Int, error: Failure)?>(nil)

    var error: Failure? { first.withLock { $0?.error } }

    func record(_ error: Failure, at index: Int) {
        first.withLock { first in
            if let known = first, known.index < index { return }
            first = (index, error)
        }
    }
}

/// Results that arrive in any order.
private final class ResultList<Result: Sendable>: Sendable {
    private let results: Mutex<[Result?]>

    init(_ count: Int) {
        results = Mutex(Array(repeating: nil, count: count))
    }

    var all: [Result] { results.withLock { $0.compactMap(\.self) } }

    func set(_ result: Result, at index: Int) {
        results.withLock { $0[index] = result }
    }
}
