import Cluster
import Foundation

/// Empty tasks through a real coordinator, real sockets, real worker processes and a real store, for tasks.py.
///
///     task-benchmark run TASKS WORKERS FOLDER    a coordinator with its state in FOLDER, and as many worker processes
///     task-benchmark work ENDPOINT FOLDER        such a worker, with its spool in FOLDER
///     task-benchmark crowd WORKERS SECONDS FOLDER    a coordinator and so many connections with heartbeats
///     task-benchmark visit ENDPOINT WORKERS KEYS     some of these
///     task-benchmark fill FOLDER                     a made-up result for every trial of the sweeps in FOLDER
///
/// Answers with one line of JSON.
@main
struct TaskBenchmark {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        switch (words.first, Array(words.dropFirst())) {
        case ("run", let rest) where rest.count == 3:
            guard let tasks = Int(rest[0]), let workers = Int(rest[1]) else { throw Usage() }
            try await EmptyRun(tasks: tasks, workers: workers, state: URL(filePath: rest[2])).run()
        case ("work", let rest) where rest.count == 2:
            try EmptyWorker(coordinator: rest[0], spool: URL(filePath: rest[1])).work()
        case ("crowd", let rest) where rest.count == 3:
            guard let workers = Int(rest[0]), let seconds = Int(rest[1]) else { throw Usage() }
            try await Crowd(workers: workers, seconds: seconds, state: URL(filePath: rest[2])).run()
        case ("fill", let rest) where rest.count == 1: try FilledState(state: URL(filePath: rest[0])).fill()
        case ("visit", let rest) where rest.count == 3:
            guard let count = Int(rest[1]), let key = PublicKey(rest[2]) else { throw Usage() }
            try Visit(coordinator: rest[0], count: count, key: key).run()
        default: throw Usage()
        }
    }

    private struct Usage: Error, CustomStringConvertible {
        let description = "task-benchmark run TASKS WORKERS FOLDER, crowd WORKERS SECONDS FOLDER, or fill FOLDER"
    }
}

/// Prints figures as one line of JSON.
func answer(_ figures: [String: Double]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
}

/// The seconds of CPU that this process, or its children that have ended, have used.
func processorSeconds(_ who: __rusage_who = RUSAGE_SELF) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
