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
    private let crew: Crew

    package init(threads: Int) {
        precondition(threads > 0, "a team needs a thread")
        self.threads = threads
        crew = Crew(helpers: threads - 1)
        for number in 1..<threads {
            let thread = Thread { [crew] in crew.serve(as: number - 1) }
            thread.name = "images \(number)"
            thread.start()
        }
    }

    deinit {
        crew.dismiss()
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
        let indices = IndexShares(count, threads: threads)
        withoutActuallyEscaping(body) { body in
            crew.run(helpers: min(threads, count) - 1) { thread in
                while let index = indices.take(for: thread) {
                    do throws(Failure) {
                        try body(index)
                    } catch {
                        failure.record(error, at: index)
                        indices.stop(at: index)
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
    private let job = Mutex<(@Sendable (_ thread: Int) -> Void)?>(nil)
    private let isDismissed = Atomic(false)
    /// One for each helper: how many jobs it was called to.
    private let calls: [Gate]
    private let done = Gate()
    private let doneBefore = Mutex(0)

    init(helpers: Int) {
        calls = (0..<helpers).map { _ in Gate() }
    }

    /// Runs the job on the calling thread and on helpers, or on the calling thread alone if the helpers are busy.
    func run(helpers: Int, _ job: @escaping @Sendable (_ thread: Int) -> Void) {
        let called =
            helpers > 0
            && self.job.withLock { current in
                guard current == nil else { return false }
                current = job
                return true
            }
        guard called else { return job(0) }
        for helper in calls.prefix(helpers) { helper.open() }
        job(0)
        // A helper that wakes late finds nothing left to do, but the job must live until it has looked.
        let all = doneBefore.withLock { count in
            count += helpers
            return count
        }
        done.wait(for: all)
        self.job.withLock { $0 = nil }
    }

    func serve(as helper: Int) {
        for call in 1... {
            calls[helper].wait(for: call)
            if isDismissed.load(ordering: .acquiring) { return }
            var job = job.withLock(\.self)
            job?(helper + 1)
            // The job's owner may return on this signal, and nobody may hold the job after that.
            job = nil
            done.open()
        }
    }

    func dismiss() {
        isDismissed.store(true, ordering: .releasing)
        for helper in calls { helper.open() }
    }
}

/// A count of openings that one thread at a time waits for.
///
/// The layers of a network follow one another within microseconds, so who waits looks on for a moment before it sleeps: to
/// wake a thread takes longer than a small layer.
private final class Gate: Sendable {
    private let openings = Atomic(0)
    private let isAsleep = Atomic(false)
    private let alarm = DispatchSemaphore(value: 0)

    /// About 100 microseconds.
    ///
    /// There is no pause instruction in between: many of them make a virtual machine give up its core.
    private static let patience = 100_000

    func open() {
        openings.add(1, ordering: .sequentiallyConsistent)
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
    }

    /// Returns when the gate was opened so many times since it was made.
    func wait(for count: Int) {
        for _ in 0..<Self.patience where openings.load(ordering: .acquiring) >= count {
            return
        }
        while openings.load(ordering: .sequentiallyConsistent) < count {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            // An opening that came in between either sees the flag and signals, or is seen here.
            if openings.load(ordering: .sequentiallyConsistent) >= count,
                isAsleep.exchange(false, ordering: .sequentiallyConsistent)
            {
                return
            }
            alarm.wait()
        }
    }
}

/// Hands out the indices below a count, each once.
///
/// Each thread begins with the index of its own number. In one layer after another it so works on the same part of the maps,
/// which lie in its core's cache. A thread that is late loses it to one that has nothing left to do.
private final class IndexShares: Sendable {
    private struct State {
        /// Of the indices that belong to a thread those that nobody has taken.
        var own: [Bool]
        var next: Int
        var end: Int
    }

    private let state: Mutex<State>

    init(_ count: Int, threads: Int) {
        let own = min(count, threads)
        state = Mutex(State(own: Array(repeating: true, count: own), next: own, end: count))
    }

    func take(for thread: Int) -> Int? {
        state.withLock { state in
            if thread < min(state.own.count, state.end), state.own[thread] {
                state.own[thread] = false
                return thread
            }
            if state.next < state.end {
                state.next += 1
                return state.next - 1
            }
            guard let left = state.own.firstIndex(of: true), left < state.end else { return nil }
            state.own[left] = false
            return left
        }
    }

    /// No index from this one on begins any more; all below it do, so that the lowest failure is always seen.
    func stop(at index: Int) {
        state.withLock { $0.end = min($0.end, index) }
    }
}

/// Of several failures the one with the lowest index.
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
