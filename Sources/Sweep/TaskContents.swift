package import Experiments

/// What many tasks read.
///
/// Nearly all of a body are its trials, and the tasks of an encoder pass differ in nothing else: what stands around the trials
/// is read once.
package struct TaskContents {
    private var frames: Set<[UInt8]> = []
    /// The digests of all that has to be on a host that runs the tasks, but for the images of its lists.
    package private(set) var digests: Set<ContentDigest> = []

    package init() {}

    /// Takes a task in; a body that cannot be read is passed over, since workers refuse it.
    package mutating func add(body: [UInt8]) {
        // A training has no list of trials.
        let frame = TaskBodyWriter.withoutTrials(body) ?? body
        guard frames.insert(frame).inserted, let work = try? TaskWork(unchecked: frame) else { return }
        digests.formUnion(work.contents)
    }
}
