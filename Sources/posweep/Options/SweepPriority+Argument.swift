import ArgumentParser
import Coordination

extension SweepPriority: ExpressibleByArgument {
    package init?(argument: String) {
        guard let value = Int(argument) else { return nil }
        self.init(value)
    }
}
