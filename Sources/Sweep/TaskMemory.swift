import Experiments

/// What many tasks take of memory.
///
/// Tasks that share an encoder pass take the same, near enough: one of them is read.
package struct TaskMemory {
    private var known: [[UInt64]: Int] = [:]

    package init() {}

    /// Estimates what a task takes.
    ///
    /// - Parameters:
    ///   - body: The task's body.
    ///   - needs: Hashes of what it needs, which are the same for all tasks of an encoder pass.
    /// - Returns: Bytes at its peak; 0 where its body does not say.
    package mutating func bytes(body: [UInt8], needs: [UInt64]) -> Int {
        if let bytes = known[needs] { return bytes }
        guard body.first == UInt8(ascii: "{"), let work = try? TaskWork(unchecked: body) else { return 0 }
        switch work {
        case .position(let task):
            guard let encoder = task.trials.first?.settings.encoder else { return 0 }
            // How many images a list has stands in the list.
            let images = if case .list = task.train { 1_000 } else { task.train.countOrGuess }
            let bytes = MemoryNeed(encoder, size: task.size, images: images).bytes
            // The first of them names the encoder pass; a training names images only, and many encoders may need them.
            if !needs.isEmpty { known[needs] = bytes }
            return bytes
        case .training(let task): return MemoryNeed(task.specification).bytes
        }
    }
}
