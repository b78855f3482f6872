import GRDB

/// The database's tables, and their history.
///
/// A migration that was released is never edited; what changes is a new migration at the end. They are SQL strings
/// and nothing else, so that they mean the same for ever.
enum Schema {
    /// "PSWP", which marks the file as ours.
    static let applicationID = 0x5053_5750
    /// The number of migrations, kept in the file so that an older program refuses what it does not know.
    static let version = 6

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 sweeps, trials, tasks and results") { db in
            try db.execute(sql: work)
            try db.execute(sql: executions)
            try db.execute(sql: findings)
            try db.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("2 priorities, needs and failures") { db in
            try db.execute(sql: scheduling)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3 artifacts") { db in
            try db.execute(sql: artifacts)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4 requirements") { db in
            try db.execute(sql: requirements)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("5 learning curves") { db in
            try db.execute(sql: curves)
            try db.execute(sql: "PRAGMA user_version = 5")
        }
        migrator.registerMigration("6 pauses") { db in
            try db.execute(sql: pauses)
            try db.execute(sql: "PRAGMA user_version = 6")
        }
        return migrator
    }

    /// What a coordinator that is started anew has to know besides: whose turn it is, which workers suit a task, and how
    /// often the task may still fail.
    ///
    /// Needs are hashes of eight bytes each. A failure that does not count, or not any more, is NULL.
    private static let scheduling = """
        ALTER TABLE sweeps ADD COLUMN priority INTEGER NOT NULL DEFAULT 10 CHECK (priority BETWEEN 1 AND 100);
        ALTER TABLE tasks ADD COLUMN needs BLOB CHECK (length(needs) % 8 = 0);
        ALTER TABLE attempts ADD COLUMN failure TEXT
            CHECK (failure IN ('trial', 'memory', 'stalled', 'host', 'lost'));
        """

    /// What is to be done: a trial and a task stand once, however many sweeps name them.
    ///
    /// Their identifiers are hashes. Everything else refers to them by a number in the order of submission, so that what
    /// is written at one time lies on few pages; with hashes, each result would dirty pages of its own.
    private static let work = """
        CREATE TABLE meta (
            key TEXT NOT NULL PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sweeps (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            name TEXT NOT NULL UNIQUE,
            definition TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'cancelled')),
            submitted TEXT NOT NULL
        ) STRICT;

        CREATE TABLE trials (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16)
        ) STRICT;

        CREATE TABLE sweep_trials (
            sweep INTEGER NOT NULL REFERENCES sweeps(number),
            position INTEGER NOT NULL CHECK (position >= 0),
            trial INTEGER NOT NULL REFERENCES trials(number),
            PRIMARY KEY (sweep, position),
            UNIQUE (sweep, trial)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tasks (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            body BLOB NOT NULL CHECK (length(body) <= 49152),
            state TEXT NOT NULL CHECK (state IN ('open', 'failed')),
            cause TEXT CHECK ((state = 'failed') = (cause IS NOT NULL))
        ) STRICT;

        CREATE TABLE task_trials (
            task INTEGER NOT NULL REFERENCES tasks(number),
            position INTEGER NOT NULL CHECK (position >= 0),
            trial INTEGER NOT NULL REFERENCES trials(number),
            PRIMARY KEY (task, position),
            UNIQUE (task, trial)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX task_trials_by_trial ON task_trials(trial);

        CREATE TABLE sweep_tasks (
            sweep INTEGER NOT NULL REFERENCES sweeps(number),
            position INTEGER NOT NULL CHECK (position >= 0),
            task INTEGER NOT NULL REFERENCES tasks(number),
            PRIMARY KEY (sweep, position),
            UNIQUE (sweep, task)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sweep_tasks_by_task ON sweep_tasks(task);
        """

    /// Who worked on it.
    ///
    /// A worker's name is provenance, so nothing refers to the table of workers: it must never stand in a result's way.
    private static let executions = """
        CREATE TABLE workers (
            id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            host TEXT NOT NULL,
            program_version TEXT NOT NULL,
            threads INTEGER NOT NULL,
            joined TEXT NOT NULL
        ) STRICT;

        CREATE TABLE attempts (
            task INTEGER NOT NULL REFERENCES tasks(number),
            number INTEGER NOT NULL CHECK (number >= 1),
            worker BLOB NOT NULL CHECK (length(worker) = 16),
            epoch INTEGER NOT NULL,
            started TEXT NOT NULL,
            ended TEXT,
            end TEXT CHECK (end IN ('done', 'failed', 'lost', 'handed back', 'cancelled')),
            cause TEXT,
            PRIMARY KEY (task, number),
            CHECK ((end IS NULL) = (ended IS NULL)),
            CHECK ((end IS 'failed') = (cause IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attempts_open ON attempts(task) WHERE end IS NULL;

        CREATE TABLE events (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            task BLOB,
            trial BLOB,
            worker BLOB,
            message TEXT NOT NULL
        ) STRICT;
        """

    /// What was found out; the primary key of `results` is the promise of exactly one result for each trial.
    private static let findings = """
        CREATE TABLE results (
            trial INTEGER PRIMARY KEY REFERENCES trials(number),
            task INTEGER NOT NULL REFERENCES tasks(number),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            worker BLOB NOT NULL CHECK (length(worker) = 16),
            program_version TEXT NOT NULL,
            host TEXT NOT NULL,
            processor TEXT NOT NULL,
            blas TEXT NOT NULL,
            weights TEXT NOT NULL,
            data TEXT NOT NULL,
            seconds REAL NOT NULL,
            committed TEXT NOT NULL
        ) STRICT;

        CREATE TABLE metrics (
            trial INTEGER NOT NULL REFERENCES results(trial),
            test_set TEXT NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('defined', 'undefined')),
            value REAL CHECK ((kind = 'defined') = (value IS NOT NULL)),
            images INTEGER NOT NULL CHECK (images >= 0),
            undefined INTEGER NOT NULL CHECK (undefined BETWEEN 0 AND images),
            PRIMARY KEY (trial, test_set, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE maps (
            trial INTEGER NOT NULL REFERENCES results(trial),
            test_set TEXT NOT NULL,
            image INTEGER NOT NULL CHECK (image >= 0),
            image_name TEXT NOT NULL,
            height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 4096),
            width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 4096),
            pixels BLOB NOT NULL CHECK (length(pixels) = 4 * height * width),
            PRIMARY KEY (trial, test_set, image)
        ) STRICT;

        CREATE TABLE skipped_images (
            trial INTEGER NOT NULL REFERENCES results(trial),
            position INTEGER NOT NULL CHECK (position >= 0),
            image_set TEXT NOT NULL,
            image TEXT NOT NULL,
            cause TEXT NOT NULL,
            PRIMARY KEY (trial, position)
        ) STRICT, WITHOUT ROWID;
        """
}
