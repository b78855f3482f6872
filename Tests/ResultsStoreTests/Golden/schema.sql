CREATE TABLE artifacts (
    trial INTEGER PRIMARY KEY REFERENCES results(trial),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 1073741824)
) STRICT;

CREATE TABLE attempts (
    task INTEGER NOT NULL REFERENCES tasks(number),
    number INTEGER NOT NULL CHECK (number >= 1),
    worker BLOB NOT NULL CHECK (length(worker) = 16),
    epoch INTEGER NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,
    end TEXT CHECK (end IN ('done', 'failed', 'lost', 'handed back', 'cancelled')),
    cause TEXT, failure TEXT
    CHECK (failure IN ('trial', 'memory', 'stalled', 'host', 'lost')),
    PRIMARY KEY (task, number),
    CHECK ((end IS NULL) = (ended IS NULL)),
    CHECK ((end IS 'failed') = (cause IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_open ON attempts(task) WHERE end IS NULL;

CREATE TABLE curves (
    trial INTEGER NOT NULL REFERENCES results(trial),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    metric TEXT NOT NULL,
    value REAL,
    PRIMARY KEY (trial, epoch, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    task BLOB,
    trial BLOB,
    worker BLOB,
    message TEXT NOT NULL
) STRICT;

CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);

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

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE skipped_images (
    trial INTEGER NOT NULL REFERENCES results(trial),
    position INTEGER NOT NULL CHECK (position >= 0),
    image_set TEXT NOT NULL,
    image TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (trial, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep_tasks (
    sweep INTEGER NOT NULL REFERENCES sweeps(number),
    position INTEGER NOT NULL CHECK (position >= 0),
    task INTEGER NOT NULL REFERENCES tasks(number),
    PRIMARY KEY (sweep, position),
    UNIQUE (sweep, task)
) STRICT, WITHOUT ROWID;

CREATE INDEX sweep_tasks_by_task ON sweep_tasks(task);

CREATE TABLE sweep_trials (
    sweep INTEGER NOT NULL REFERENCES sweeps(number),
    position INTEGER NOT NULL CHECK (position >= 0),
    trial INTEGER NOT NULL REFERENCES trials(number),
    PRIMARY KEY (sweep, position),
    UNIQUE (sweep, trial)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweeps (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'cancelled')),
    submitted TEXT NOT NULL
, priority INTEGER NOT NULL DEFAULT 10 CHECK (priority BETWEEN 1 AND 100), paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))) STRICT;

CREATE TABLE task_requirements (
    task INTEGER NOT NULL REFERENCES tasks(number),
    trial INTEGER NOT NULL REFERENCES trials(number),
    PRIMARY KEY (task, trial)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_trials (
    task INTEGER NOT NULL REFERENCES tasks(number),
    position INTEGER NOT NULL CHECK (position >= 0),
    trial INTEGER NOT NULL REFERENCES trials(number),
    PRIMARY KEY (task, position),
    UNIQUE (task, trial)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_trials_by_trial ON task_trials(trial);

CREATE TABLE tasks (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    body BLOB NOT NULL CHECK (length(body) <= 49152),
    state TEXT NOT NULL CHECK (state IN ('open', 'failed')),
    cause TEXT CHECK ((state = 'failed') = (cause IS NOT NULL))
, needs BLOB CHECK (length(needs) % 8 = 0)) STRICT;

CREATE TABLE trials (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16)
) STRICT;

CREATE TABLE workers (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    host TEXT NOT NULL,
    program_version TEXT NOT NULL,
    threads INTEGER NOT NULL,
    joined TEXT NOT NULL
) STRICT;
