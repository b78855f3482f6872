package import Coordination
package import ResultsStore

/// A worker as people see it.
///
/// What is optional is not known everywhere, or was not said by coordinators of earlier versions.
package struct WorkerSummary: Hashable, Codable, Sendable {
    /// The first eight digits.
    package let id: String
    package let host: String
    package let threads: Int
    package let programVersion: String
    package let tasks: Int
    /// "connected", "standing still", "silent", "away", "finishing", "leaving", "set aside", or, of those that are gone, "left" or "lost".
    package let state: String
    /// Nil where no coordinator is asked.
    package let secondsSinceHeard: Double?
    /// The name of the key that it has shown, where workers have to.
    package let key: String?
    package let processor: String?
    /// Bytes that a task may take there.
    package let memory: Int?
    /// Why nothing is computed there; nil while something may be.
    package let standstill: String?
    /// What it has finished since it joined; of what is read from a state folder, ever.
    package let trials: Int?
    /// Over the last half hour, or since it joined.
    package let trialsPerMinute: Double?
    /// When it joined, and when its latest result came, in UTC, of what is read from a state folder.
    package let joined: String?
    package let latestResult: String?
    /// What it has said last of what it computes.
    package private(set) var activity: String?

    /// Whether it is gone.
    package var hasGone: Bool { state == "left" || state == "lost" }

    package init(_ view: WorkerView, key: String? = nil, activity: String? = nil) {
        self.key = key
        self.activity = view.tasks > 0 ? activity : nil
        id = view.id.short
        host = view.hello.host
        threads = view.hello.threads
        programVersion = view.hello.programVersion
        tasks = view.tasks
        state = Self.state(of: view)
        secondsSinceHeard = view.silence / .seconds(1)
        processor = view.hello.processor.isEmpty ? nil : view.hello.processor
        memory = view.hello.memory > 0 ? view.hello.memory : nil
        standstill = view.standstill
        trials = view.trials
        trialsPerMinute = view.trialsPerMinute
        (joined, latestResult) = (nil, nil)
    }

    /// What is said first is what matters most.
    private static func state(of view: WorkerView) -> String {
        if view.isSuspect { return "silent" }
        if !view.isConnected { return "away" }
        switch view.order {
        case .finish: return "finishing"
        case .handBack: return "leaving"
        case nil: return view.isSetAside ? "set aside" : view.standstill == nil ? "connected" : "standing still"
        }
    }

    init(_ departed: DepartedWorker, at now: Moment) {
        id = departed.id.short
        host = departed.hello.host
        threads = departed.hello.threads
        programVersion = departed.hello.programVersion
        tasks = 0
        state = departed.isLost ? "lost" : "left"
        secondsSinceHeard = now.duration(since: departed.lastHeard) / .seconds(1)
        processor = departed.hello.processor.isEmpty ? nil : departed.hello.processor
        trials = departed.trials
        (key, trialsPerMinute, joined, latestResult, standstill) = (nil, nil, nil, nil, nil)
        memory = departed.hello.memory > 0 ? departed.hello.memory : nil
    }

    /// What a state folder tells of a worker, whose state it cannot know.
    package init(_ history: WorkerHistory) {
        id = history.worker.id.short
        host = history.worker.host
        threads = history.worker.threads
        programVersion = history.worker.programVersion
        tasks = history.tasks
        state = "known"
        processor = history.processor
        trials = history.trials
        (joined, latestResult) = (history.worker.joined, history.latest)
        (key, secondsSinceHeard, trialsPerMinute, memory, standstill) = (nil, nil, nil, nil, nil)
    }
}
