import ArgumentParser
import Cluster

/// A running coordinator, which a command asks where one is named.
struct CoordinatorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address of a running coordinator.", valueName: "address"))
    var coordinator: String?

    @OptionGroup var key: KeyOptions

    /// - Throws: `ValidationError` where a state folder is named beside it.
    func exclude(state: String?) throws {
        guard state == nil || coordinator == nil else {
            throw ValidationError("give --state or --coordinator, not both")
        }
    }

    /// Asks the coordinator.
    ///
    /// - Parameter request: What is asked.
    /// - Returns: Its answer; nil where no coordinator is named.
    /// - Throws: `Failure` where it refuses or cannot be reached.
    func ask(_ request: ClientRequest) throws -> ClientAnswer? {
        try coordinator.map { try key.ask(request, at: $0) }
    }
}

extension KeyOptions {
    /// Asks the coordinator at an address.
    ///
    /// - Throws: `Failure` where it refuses or cannot be reached.
    func ask(_ request: ClientRequest, at coordinator: String) throws -> ClientAnswer {
        let answer = try CoordinatorConnection.ask(request, at: coordinator, credentials: credentials(for: coordinator))
        if case .failed(let message, let isUsage) = answer {
            throw isUsage ? Failure.usage(message) : Failure.work(message)
        }
        return answer
    }
}

extension Failure {
    static let unexpectedAnswer = Failure.work(
        "the coordinator answered something else — are both of the same version?")
}
