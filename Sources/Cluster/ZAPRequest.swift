/// What libzmq asks before it lets a peer in: ZeroMQ's RFC 27, version 1.0, for the mechanism CURVE.
struct ZAPRequest: Hashable, Sendable {
    /// Whether a peer may come in.
    enum Verdict: Hashable, Sendable {
        /// It may, and is known by this name from now on.
        case admitted(user: String)
        case refused
        /// The question makes no sense.
        case malformed

        var status: String {
            switch self {
            case .admitted: "200"
            case .refused: "400"
            case .malformed: "500"
            }
        }
    }

    private static let version = Array("1.0".utf8)
    /// The longest field that the RFC has.
    private static let fieldLimit = 255
    private static let frameCount = 7

    let identifier: [UInt8]
    let domain: String
    /// Where the peer is, as libzmq writes it.
    let address: String
    let key: PublicKey

    /// The request that these frames are; nil where they are none, or about another mechanism.
    init?(frames: [[UInt8]], count: Int) {
        // Version, identifier, domain, address, routing identifier, mechanism, and the key.
        guard count == Self.frameCount, frames.count == count, frames[0] == Self.version,
            frames[1...4].allSatisfy({ $0.count <= Self.fieldLimit }), frames[5] == Array("CURVE".utf8),
            let key = PublicKey(bytes: frames[6]), let domain = String(validating: frames[2], as: UTF8.self)
        else { return nil }
        identifier = frames[1]
        self.domain = domain
        address = String(decoding: frames[3], as: UTF8.self)
        self.key = key
    }

    /// The frames of an answer.
    static func answer(_ verdict: Verdict, to identifier: [UInt8]) -> [[UInt8]] {
        var user = ""
        if case .admitted(let name) = verdict { user = name }
        return [version, identifier, Array(verdict.status.utf8), [], Array(user.utf8), []]
    }

    /// The identifier in the frames of whatever was asked; an answer goes to it even where the rest makes no sense.
    static func identifier(in frames: [[UInt8]]) -> [UInt8] {
        frames.count > 1 && frames[1].count <= fieldLimit ? frames[1] : []
    }
}
