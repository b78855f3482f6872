import Coordination
import Foundation
import Synchronization

/// Looks at the host four times a second, on a thread of its own, for as long as it is kept.
final class HostWatch: Sendable {
    private let isEnding = Atomic(false)

    /// How often: others' load has to be noticed, and the work be stopped, within two seconds.
    private static let interval = 0.25

    /// - Parameters:
    ///   - root: The folder that stands for the host's root.
    ///   - own: The processes that are not others'.
    ///   - tell: Receives what is seen, on the watch's thread.
    /// - Throws: Where the host does not say how busy it is.
    init(
        _ root: URL, own: OwnProcesses, tell: @escaping @Sendable (HostObservation) -> Void
    ) throws(HostReaderError) {
        let clock = ProtocolClock()
        let begun = Handover<HostReaderError?>()
        let thread = Thread { [weak self] in
            do throws(HostReaderError) {
                var reader = try HostReader(root: root, own: own, at: clock.now)
                begun.give(nil)
                while self?.isEnding.load(ordering: .relaxed) == false {
                    Thread.sleep(forTimeInterval: Self.interval)
                    tell(reader.look(at: clock.now))
                }
            } catch {
                begun.give(error)
            }
        }
        thread.name = "host watch"
        thread.start()
        if let error = begun.take() { throw error }
    }

    deinit {
        isEnding.store(true, ordering: .relaxed)
    }
}
