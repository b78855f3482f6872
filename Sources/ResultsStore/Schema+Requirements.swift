extension Schema {
    /// The trials that a task builds on: it cannot begin before they have made their artifacts.
    static let requirements = """
        CREATE TABLE task_requirements (
            task INTEGER NOT NULL REFERENCES tasks(number),
            trial INTEGER NOT NULL REFERENCES trials(number),
            PRIMARY KEY (task, trial)
        ) STRICT, WITHOUT ROWID;
        """
}
