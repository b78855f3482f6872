extension Schema {
    /// The files that trials have made beside their figures: names and sizes; the bytes are in the state folder's `contents`.
    ///
    /// Where one comes from stands in the row of `results` that was written in the same transaction.
    static let artifacts = """
        CREATE TABLE artifacts (
            trial INTEGER PRIMARY KEY REFERENCES results(trial),
            sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
            bytes INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 1073741824)
        ) STRICT;
        """
}
