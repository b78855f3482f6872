/// What a worker or a command line shows a coordinator, and what it expects to be shown.
package struct Credentials: Hashable, Sendable {
    /// The name in the key's file; the coordinator may know the key by another.
    package let name: String
    package let pair: KeyPair
    /// The coordinator's key: whoever has another one is not talked to.
    package let coordinator: PublicKey

    package init(name: String, pair: KeyPair, coordinator: PublicKey) {
        self.name = name
        self.pair = pair
        self.coordinator = coordinator
    }
}

/// Why a coordinator cannot be talked to with what it was shown.
package struct Refusal: Error, Hashable, CustomStringConvertible {
    package let endpoint: String
    package let failure: HandshakeFailure
    /// What was shown, if anything.
    package let credentials: Credentials?

    package init(endpoint: String, failure: HandshakeFailure, credentials: Credentials?) {
        self.endpoint = endpoint
        self.failure = failure
        self.credentials = credentials
    }

    package var description: String {
        switch (failure, credentials) {
        case (.notAuthorized, let credentials?):
            """
            the coordinator at \(endpoint) does not know the key \(credentials.name) — on its host run \
            posweep keys authorize \(credentials.pair.publicKey) --name \(credentials.name) --state STATE
            """
        case (_, nil):
            """
            \(endpoint) does not talk to this side without a key — make one on the coordinator's host with \
            posweep keys new NAME --state STATE, bring the file here and give --key FILE
            """
        case (.otherMechanism, _?):
            """
            the coordinator at \(endpoint) has no keys, so everybody on the way could read and change what is said — make \
            some on its host with posweep keys new, or say --insecure
            """
        case (.hungUp, let credentials?):
            """
            whoever listens at \(endpoint) has another key than the coordinator of the key \(credentials.name) \
            (\(credentials.coordinator.short)…), or none — is the address right? On its host posweep keys show --state STATE \
            prints the key; to one without keys say --insecure
            """
        }
    }
}
