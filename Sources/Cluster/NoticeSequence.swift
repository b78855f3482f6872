import Synchronization

/// A coordinator's notices one by one, for one reader.
///
/// They come in batches, since waking whoever reads them costs more than a notice does. A reader that stops in the middle of a
/// batch finds the rest of it when it iterates again.
package final class NoticeSequence: AsyncSequence, Sendable {
    package typealias Element = CoordinatorProcess.Notice

    private let batches: AsyncStream<[Element]>
    /// What has come and was not read, the next one last.
    private let rest = Mutex<[Element]>([])

    init(batches: AsyncStream<[Element]>) {
        self.batches = batches
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(sequence: self, batches: batches.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let sequence: NoticeSequence
        fileprivate var batches: AsyncStream<[Element]>.Iterator

        package mutating func next() async -> Element? {
            while true {
                if let notice = sequence.rest.withLock({ $0.popLast() }) { return notice }
                guard let batch = await batches.next(isolation: nil) else { return nil }
                sequence.rest.withLock { $0 = batch.reversed() }
            }
        }
    }
}
