/// Lets so many suites run at a time, in the order in which they come.
actor SuitesAtATime {
    static let six = SuitesAtATime(6)

    /// Whether the suite is a part of one that is let in already, and would wait for itself.
    @TaskLocal private static var isIn = false
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func run(_ body: @Sendable () async throws -> Void) async throws {
        guard !Self.isIn else { return try await body() }
        await enter()
        defer { leave() }
        try await Self.$isIn.withValue(true) { try await body() }
    }

    private func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
