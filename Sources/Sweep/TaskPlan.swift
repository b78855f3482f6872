import Experiments

/// Groups trials into tasks: one task for all trials that one encoder pass serves, and one for each training.
///
/// Trials may differ in the stages that they read, since a pass computes all stages on its way. Where there are more
/// workers than groups, groups are split so that their fits run side by side, although each part extracts the features
/// anew. A trial's result is the same in whatever task it runs.
struct TaskPlan {
    let tasks: [PlannedTask]

    /// What an encoder pass depends on; size and images are the whole sweep's.
    private struct EncoderPass: Hashable {
        let encoder: EncoderSettings
        let weights: ContentSource?
        let training: String?

        init(_ trial: SweepTrial) {
            (encoder, weights, training) = (trial.settings.encoder.pass, trial.content, trial.trainedBy)
        }
    }

    /// - Parameters:
    ///   - trials: In the order of the table, which stays within each task.
    ///   - data: The images that those read that read positions.
    ///   - training: The images that encoders are trained on, by the task.
    ///   - contents: What is in the folders and files that are named: tasks have digests in the place of paths.
    ///   - workers: How many workers there will be; with one, no group is split but for its size.
    /// - Throws: `taskTooLarge` where the data and a single trial do not fit into a body.
    init(
        trials: [SweepTrial], data: SweepData?, training: [TrainingGoal: TrainingData] = [:],
        contents: [ContentSource: ContentDigest], workers: Int = 1
    ) throws(SweepMistake.Cause) {
        do throws(TaskBodyError) {
            // The longest first.
            var tasks: [PlannedTask] = []
            if !training.isEmpty { tasks = try Self.trainings(trials, training.mapValues { $0.listed(in: contents) }) }
            if let data { tasks += try Self.passes(trials, data, contents, workers: workers) }
            self.tasks = tasks
        } catch .tooLarge(let bytes, let limit) {
            throw .taskTooLarge(bytes: bytes, limit: limit)
        } catch {
            throw .taskNotEncodable("\(error)")
        }
    }

    private static func trainings(
        _ trials: [SweepTrial], _ data: [TrainingGoal: TrainingData]
    ) throws(TaskBodyError) -> [PlannedTask] {
        var tasks: [PlannedTask] = []
        for trial in trials {
            guard let specification = data.specification(of: trial.settings) else { continue }
            let training = TrainingTask(specification, trial: trial.id)
            let work = TaskWork.training(training)
            tasks.append(PlannedTask(work, body: try work.body(), needs: training.needs))
        }
        return tasks
    }

    private static func passes(
        _ trials: [SweepTrial], _ data: SweepData, _ contents: [ContentSource: ContentDigest], workers: Int
    ) throws(TaskBodyError) -> [PlannedTask] {
        var order: [EncoderPass] = []
        // By their number: a million trials are not copied.
        var groups: [EncoderPass: [Int]] = [:]
        for (number, trial) in trials.enumerated() where trial.settings.experiment == .position {
            let pass = EncoderPass(trial)
            if groups[pass] == nil { order.append(pass) }
            groups[pass, default: []].append(number)
        }
        let shares = WorkerShares(
            order.map { TaskCost((groups[$0] ?? []).lazy.map { trials[$0].settings }, data: data) }, workers: workers)
        let listed = data.listed(in: contents)
        var writer = TaskBodyWriter()
        var tasks: [PlannedTask] = []
        for (pass, ranges) in zip(order, shares.ranges) {
            for range in ranges {
                let members = (groups[pass] ?? [])[range].lazy.map { trials[$0] }
                tasks += try Self.tasks(
                    members, weights: pass.weights.flatMap { contents[$0] }, trainedBy: pass.training, data: listed,
                    writer: &writer)
            }
        }
        return tasks
    }

    /// The fewest tasks of nearly equal length whose bodies all fit.
    private static func tasks(
        _ trials: some RandomAccessCollection<SweepTrial>, weights: ContentDigest?, trainedBy: String?,
        data: SweepData, writer: inout TaskBodyWriter
    ) throws(TaskBodyError) -> [PlannedTask] {
        func task(_ members: some Sequence<SweepTrial>) -> ExperimentTask {
            ExperimentTask(
                size: data.size, train: data.train, test: data.test, weights: weights, trainedBy: trainedBy,
                mapsKept: data.mapsKept, rings: data.rings,
                trials: members.map { ExperimentTask.Trial(id: $0.id, settings: $0.settings) })
        }
        let needs = task(trials.prefix(1)).needs
        let frame = try TaskBodyWriter.frame(of: task([]))
        let frameSize = frame.before.count + frame.after.count
        // One comma stands between two trials. Kept, the texts would take as much room as all bodies.
        var largest = 1
        for trial in trials { largest = max(largest, try writer.json(of: trial).count + 1) }
        guard frameSize + largest <= TaskWork.bodyBytesLimit else {
            throw .tooLarge(bytes: frameSize + largest, limit: TaskWork.bodyBytesLimit)
        }
        let each = max(1, (TaskWork.bodyBytesLimit - frameSize) / max(1, largest))
        let pieces = (trials.count + each - 1) / each
        var tasks: [PlannedTask] = []
        tasks.reserveCapacity(pieces)
        for piece in 0..<pieces {
            let members = trials.dropFirst(trials.count * piece / pieces)
                .prefix(trials.count * (piece + 1) / pieces - trials.count * piece / pieces)
            var body = frame.before
            body.reserveCapacity(frameSize + members.count * largest)
            for trial in members {
                if body.count > frame.before.count { body.append(UInt8(ascii: ",")) }
                body += try writer.json(of: trial)
            }
            body += frame.after
            let requires = [trainedBy].compactMap(\.self)
            tasks.append(PlannedTask(.position(task(members)), body: body, needs: needs, requires: requires))
        }
        return tasks
    }
}
