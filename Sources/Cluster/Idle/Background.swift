import Foundation
import Glibc

/// Makes this process one that takes only what nobody else wants.
package enum Background {
    /// Every thread gets the lowest priority, and processors only while they would be idle; threads to come inherit it.
    ///
    /// The kernel then also lets others read and write first. Any user may do so, and none may undo it.
    package static func enter() {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        // Libraries may have started threads before anybody could ask them not to.
        for thread in threads.compactMap({ pid_t($0) }) {
            var parameter = sched_param()
            unsafe _ = sched_setscheduler(thread, idlePolicy, &parameter)
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), 19)
        }
    }

    /// SCHED_IDLE of sched(7).
    private static let idlePolicy: Int32 = 5
}
