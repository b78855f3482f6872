package import Coordination

/// Which workers somebody means who names a host, a key, or the beginning of an identifier.
package struct WorkerSelection: Hashable, Sendable {
    /// A worker, with all that it may be called.
    package struct Candidate: Hashable, Sendable {
        package let id: WorkerID
        package let host: String
        package let key: String?

        package init(id: WorkerID, host: String, key: String?) {
            (self.id, self.host, self.key) = (id, host, key)
        }
    }

    package enum Failure: Error, Hashable, CustomStringConvertible {
        case nobody(String, known: [String])
        case noWorkers

        package var description: String {
            switch self {
            case .nobody(let name, let known):
                "no worker is on '\(name)', has a key of that name, or an identifier that begins so — there are \(known.joined(separator: ", "))"
            case .noWorkers: "no worker is connected"
            }
        }
    }

    package let workers: [WorkerID]

    /// Fewer digits than these are no beginning of an identifier, but a host's name.
    private static let leastDigits = 4
    /// Hosts that a message names.
    private static let namesLimit = 20

    /// - Parameters:
    ///   - name: What somebody has said; nil for all workers.
    ///   - candidates: The workers that there are.
    /// - Throws: Where it fits none; a host's name goes before a key's, and that before an identifier.
    package init(_ name: String?, among candidates: [Candidate]) throws(Failure) {
        guard !candidates.isEmpty else { throw .noWorkers }
        guard let name else {
            workers = candidates.map(\.id)
            return
        }
        let digits = name.lowercased()
        let ways: [(Candidate) -> Bool] = [
            { $0.host == name }, { $0.key == name },
            { digits.utf8.count >= Self.leastDigits && $0.id.description.hasPrefix(digits) },
        ]
        guard let fits = ways.lazy.map({ candidates.filter($0) }).first(where: { !$0.isEmpty }) else {
            throw .nobody(name, known: Self.names(of: candidates))
        }
        workers = fits.map(\.id)
    }

    private static func names(of candidates: [Candidate]) -> [String] {
        let counts = candidates.reduce(into: [:] as [String: Int]) { $0[$1.host, default: 0] += 1 }
        let names = counts.sorted { $0.key < $1.key }.map { $0.value == 1 ? $0.key : "\($0.key) (\($0.value) workers)" }
        return names.count <= namesLimit ? names : names.prefix(namesLimit) + ["\(names.count - namesLimit) others"]
    }
}

extension Vitals {
    /// The workers that may be told to leave.
    package var candidates: [WorkerSelection.Candidate] {
        zip(census.workers, workers).map { view, summary in
            WorkerSelection.Candidate(id: view.id, host: view.hello.host, key: summary.key)
        }
    }
}
