import Experiments

/// How long sweeps take on some number of hosts, what they move, and where the hosts' time goes.
///
/// Each sweep is split for so many workers as `submit --workers` does it. Hosts take tasks as a coordinator gives them: sweeps
/// take turns, and a host gets what it has the features for first. A host fetches the files of its task over the coordinator's
/// link, one host after another, and keeps them and the features.
package struct ScalePlan: Hashable, Sendable {
    package let hosts: Int
    package private(set) var tasks = 0
    /// Images of one encoder taken through it by one host: a pass.
    package private(set) var passes = 0
    /// From the submission to the last result.
    package private(set) var seconds = 0.0
    package private(set) var longestTask = 0.0
    /// Bytes that the coordinator hands out, and the most that one host fetches.
    package private(set) var bytesMoved = 0
    package private(set) var bytesFetched = 0
    /// The most that one host keeps: files and features.
    package private(set) var bytesCached = 0
    /// What the largest pass leaves on a host, which each epoch of its fits reads.
    package private(set) var featureBytes = 0
    /// Seconds of all hosts together: fits and one pass of each kind, passes that others have made too, files, and nothing to do.
    package private(set) var useful = 0.0
    package private(set) var repeated = 0.0
    package private(set) var waiting = 0.0
    package private(set) var idle = 0.0

    private struct Task {
        let group: ScaleSweep.Group?
        let sweep: Int
        let seconds: Double
    }

    private struct Host {
        var free = 0.0
        var images: Set<Int> = []
        var weights: Set<ScaleSweep.Pass> = []
        var passes: Set<ScaleSweep.Pass> = []
        var fetched = 0
        var features = 0
    }

    /// How far down a sweep's line a coordinator looks for what a host has the features for.
    private static let reach = 16

    package init(_ sweeps: [ScaleSweep], hosts: Int, rates: ScaleRates) {
        self.hosts = hosts
        var lines = sweeps.enumerated().map { Self.tasks(of: $1, number: $0, workers: hosts) }
        tasks = lines.reduce(0) { $0 + $1.count }
        var all = [Host](repeating: Host(), count: hosts)
        var made: Set<ScaleSweep.Pass> = []
        var (linkFree, turn) = (0.0, 0)
        while let host = all.indices.min(by: { all[$0].free < all[$1].free }),
            let task = Self.next(for: all[host], from: &lines, turn: &turn)
        {
            let start = all[host].free
            let bytes = Self.fetch(task, of: sweeps, onto: &all[host])
            if bytes > 0 { linkFree = max(linkFree, start) + Double(bytes) / rates.link }
            let ready = bytes > 0 ? linkFree : start
            var extraction = 0.0
            if let group = task.group, all[host].passes.insert(group.pass).inserted {
                extraction = group.extraction
                passes += 1
                if !made.insert(group.pass).inserted { repeated += extraction }
                all[host].features += group.featureBytes
                featureBytes = max(featureBytes, group.featureBytes)
            }
            waiting += ready - start
            useful += extraction + task.seconds
            longestTask = max(longestTask, extraction + task.seconds)
            all[host].free = ready + extraction + task.seconds
        }
        useful -= repeated
        seconds = all.map(\.free).max() ?? 0
        idle = max(0, Double(hosts) * seconds - useful - repeated - waiting)
        bytesMoved = all.reduce(0) { $0 + $1.fetched }
        bytesFetched = all.map(\.fetched).max() ?? 0
        bytesCached = all.map { $0.fetched + $0.features }.max() ?? 0
    }

    /// The share of the hosts' time in which something is computed that one host would compute too.
    package var efficiency: Double { seconds > 0 ? useful / (Double(hosts) * seconds) : 1 }

    /// A sweep's tasks in the order of its file, trainings first.
    private static func tasks(of sweep: ScaleSweep, number: Int, workers: Int) -> [Task] {
        let shares = WorkerShares(
            sweep.groups.map { TaskCost(extraction: $0.extraction, fits: $0.fits) }, workers: workers)
        return sweep.trainings.map { Task(group: nil, sweep: number, seconds: $0) }
            + zip(sweep.groups, shares.ranges).flatMap { group, ranges in
                ranges.map { Task(group: group, sweep: number, seconds: group.fits[$0].reduce(0, +)) }
            }
    }

    private static func next(for host: Host, from lines: inout [[Task]], turn: inout Int) -> Task? {
        guard let line = lines.indices.map({ (turn + $0) % lines.count }).first(where: { !lines[$0].isEmpty }) else {
            return nil
        }
        turn = line + 1
        let known = lines[line].prefix(reach).firstIndex { $0.group.map { host.passes.contains($0.pass) } ?? false }
        return lines[line].remove(at: known ?? 0)
    }

    /// Lets a host have what a task reads.
    ///
    /// - Returns: The bytes that it did not have.
    private static func fetch(_ task: Task, of sweeps: [ScaleSweep], onto host: inout Host) -> Int {
        // Sweeps that read the same images fetch them once.
        let first = sweeps.firstIndex { $0.sources == sweeps[task.sweep].sources } ?? task.sweep
        var bytes = host.images.insert(first).inserted ? sweeps[task.sweep].images.bytes : 0
        if let pass = task.group?.pass, host.weights.insert(pass.file).inserted { bytes += pass.weightsBytes }
        host.fetched += bytes
        return bytes
    }
}

extension ScaleSweep.Pass {
    /// The same file, whatever is done with it.
    fileprivate var file: ScaleSweep.Pass {
        var encoder = encoder
        (encoder.padding, encoder.normalise) = (.zero, .none)
        return ScaleSweep.Pass(
            encoder: encoder, weights: weights, train: .constant(0), test: [], weightsBytes: weightsBytes)
    }
}
