/// One execution of a task, as both sides name it.
package struct AttemptName: Hashable, Sendable {
    package let task: TaskID
    package let attempt: Attempt

    package init(_ task: TaskID, _ attempt: Attempt) {
        self.task = task
        self.attempt = attempt
    }
}
