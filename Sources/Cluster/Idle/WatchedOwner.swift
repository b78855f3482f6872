package import Coordination
package import Foundation

/// A machine's owner: what they allow, and where it is seen whether they are there.
package struct WatchedOwner: Sendable {
    package let rules: OwnerRules
    /// The folder that stands for the host's root.
    package let root: URL

    package init(_ rules: OwnerRules, root: URL = URL(filePath: "/")) {
        self.rules = rules
        self.root = root
    }
}
