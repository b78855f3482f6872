import Synchronization

/// Stands at a coordinator's socket as long as it listens: asked for each key that knocks, told when the list changes.
struct Guardian {
    private static let number = Atomic<UInt64>(0)

    private let watch: KeyWatch
    private let domain: String
    private let context: ZeroMQContext
    private let pair: KeyPair

    /// Begins, before the socket binds.
    ///
    /// - Throws: `KeyError` where the folder of keys cannot be trusted or read; `SocketError`.
    init(
        _ entrance: CoordinatorLoop.Entrance, at socket: ZeroMQSocket, _ mailbox: Mailbox<CoordinatorLoop.Mail>
    ) throws {
        let watch = try KeyWatch(entrance.ring) { news in mailbox.post(.keys(news)) }
        self.watch = watch
        pair = entrance.pair
        // A check of its own, for several coordinators may share a process.
        domain = "posweep-\(Self.number.wrappingAdd(1, ordering: .relaxed).newValue)"
        do throws(SocketError) {
            context = try ZeroMQContext.shared()
            try context.admit(to: domain) { key, address in
                if watch.admits(key) { return true }
                mailbox.post(.refused(key, address: address))
                return false
            }
            try socket.encrypt(as: entrance.pair, domain: domain)
        } catch {
            watch.stop()
            throw error
        }
    }

    /// The list as it was read last.
    var keys: AuthorizedKeys { watch.keys }

    /// The same check for a socket of another thread.
    var gatekeeper: BlobService.Gatekeeper {
        BlobService.Gatekeeper(pair: pair, domain: domain, keys: { [watch] in watch.keys })
    }

    /// Lets nobody in any more.
    func dismiss() {
        context.close(domain)
        watch.stop()
    }
}
