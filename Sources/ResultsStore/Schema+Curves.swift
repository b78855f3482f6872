extension Schema {
    /// How trainings went: a row for each epoch and metric.
    ///
    /// The order of a curve's metrics is that of its trainer. A figure that is not defined is NULL.
    static let curves = """
        CREATE TABLE curves (
            trial INTEGER NOT NULL REFERENCES results(trial),
            epoch INTEGER NOT NULL CHECK (epoch >= 1),
            position INTEGER NOT NULL CHECK (position >= 0),
            metric TEXT NOT NULL,
            value REAL,
            PRIMARY KEY (trial, epoch, position)
        ) STRICT, WITHOUT ROWID;
        """
}
