/// A coordinator's notices one by one.
///
/// They come in batches, since waking whoever reads them costs more than a notice does.
package struct NoticeSequence: AsyncSequence, Sendable {
    package typealias Element = CoordinatorProcess.Notice

    let batches: AsyncStream<[Element]>

    package func makeAsyncIterator() -> Iterator {
        Iterator(batches: batches.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var batches: AsyncStream<[Element]>.Iterator
        private var batch: ArraySlice<Element> = []

        fileprivate init(batches: AsyncStream<[Element]>.Iterator) {
            self.batches = batches
        }

        package mutating func next() async -> Element? {
            while batch.isEmpty {
                guard let next = await batches.next(isolation: nil) else { return nil }
                batch = next[...]
            }
            return batch.removeFirst()
        }
    }
}
