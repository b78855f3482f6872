/// The keys that may connect to a coordinator at a moment.
package struct AuthorizedKeys: Hashable, Sendable {
    /// What the owner of a key may do.
    package enum Role: String, Hashable, CaseIterable, Sendable {
        /// Computes.
        case worker
        /// Asks how far sweeps are.
        case observer
        /// Asks, submits, cancels and retries.
        case client
        /// All of it.
        case admin

        package var mayWork: Bool { self == .worker || self == .admin }
        package var mayAsk: Bool { self != .worker }
        package var mayChange: Bool { self == .client || self == .admin }
    }

    package struct Entry: Hashable, Sendable {
        package let name: String
        package let key: PublicKey
        package let role: Role
        /// The day on which it was authorised.
        package let added: String
    }

    /// In the order of their names.
    package let entries: [Entry]
    /// What is wrong with files that let nobody in.
    package let problems: [String]
    private let entryOfKey: [PublicKey: Entry]

    package init(_ entries: [Entry] = [], problems: [String] = []) {
        self.entries = entries.sorted { $0.name < $1.name }
        self.problems = problems
        // Of two files with one key the first counts, which is always the same one.
        entryOfKey = Dictionary(self.entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(key: PublicKey) -> Entry? { entryOfKey[key] }
}
