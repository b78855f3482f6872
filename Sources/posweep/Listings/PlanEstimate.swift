import Experiments
import Foundation
import Sweep

/// How long a sweep takes, from rates of one core: all tasks one after another, and side by side.
struct PlanEstimate: Encodable {
    /// Of one core.
    let seconds: Double
    /// The workers of one core each that take the tasks; without them, the cores of this host share each task.
    let workers: Int?
    let cores: Int?
    /// From the first task to the end of the last.
    let elapsedSeconds: Double

    /// - Throws: What reading the folders of images throws.
    init(of definition: SweepDefinition, workers: Int) throws {
        let data = definition.data
        let train = try data.map { try ImageSet($0.train, size: $0.size).count } ?? 0
        let test = try data?.test.reduce(0) { count, test in
            count + (try ImageSet(test.source, size: data?.size ?? 0).count)
        }
        let each = definition.tasks.map { planned in
            switch planned.work {
            case .position(let task):
                ExperimentCost(task.trials.map(\.settings)).seconds(train: train, test: test ?? 0)
            case .training(let task): TrainingCost.seconds(task.specification)
            }
        }
        seconds = each.reduce(0, +)
        guard workers > 1 else {
            let cores = ProcessInfo.processInfo.activeProcessorCount
            (self.workers, self.cores, elapsedSeconds) = (nil, cores, seconds / Double(cores))
            return
        }
        (self.workers, cores) = (workers, nil)
        elapsedSeconds = Self.end(of: definition.tasks, each, workers: workers)
    }

    /// When the last task ends where each goes to the worker that is free first, and none begins before what it needs is there.
    private static func end(of tasks: [PlannedTask], _ seconds: [Double], workers: Int) -> Double {
        var busy = [Double](repeating: 0, count: workers)
        var finished: [String: Double] = [:]
        for (task, seconds) in zip(tasks, seconds) {
            let first = busy.indices.min { busy[$0] < busy[$1] } ?? 0
            let start = task.requires.reduce(busy[first]) { max($0, finished[$1] ?? 0) }
            busy[first] = start + seconds
            if case .training(let training) = task.work { finished[training.trial] = busy[first] }
        }
        return busy.max() ?? 0
    }

    var words: String {
        let (all, end) = (TimeText.short(seconds), TimeText.short(elapsedSeconds))
        if let workers { return "\(all) of one core, \(end) with \(workers) workers of one core, roughly" }
        return "\(all) of one core, \(end) on the \(cores ?? 1) cores of this host, roughly"
    }
}
