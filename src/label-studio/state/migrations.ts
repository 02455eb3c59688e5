/** The steps from an empty database to the present one. A step that was released never changes: new ones are added at the end. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE clock (value INTEGER NOT NULL) STRICT;
  INSERT INTO clock VALUES (0);
  CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hostname TEXT NOT NULL,
    project TEXT NOT NULL,
    title TEXT NOT NULL,
    label_config TEXT NOT NULL,
    serving_version TEXT,
    created_at REAL NOT NULL,
    UNIQUE (hostname, project),
    FOREIGN KEY (id, serving_version) REFERENCES versions (project_id, version)
  ) STRICT;
  CREATE TABLE annotations (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    data TEXT NOT NULL,
    result TEXT NOT NULL,
    completed_by TEXT,
    was_cancelled INTEGER NOT NULL,
    ground_truth INTEGER NOT NULL,
    updated_at REAL NOT NULL,
    arrival INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
  ) STRICT;
  CREATE INDEX annotations_by_task ON annotations (project_id, task_id);
  CREATE INDEX annotations_by_arrival ON annotations (project_id, arrival);
  CREATE TABLE deleted (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('annotation', 'task')),
    id INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE versions (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    version TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    folder TEXT NOT NULL,
    labels TEXT NOT NULL,
    trained INTEGER NOT NULL,
    held_out INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (project_id, version)
  ) STRICT;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    status TEXT NOT NULL,
    cause TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    version TEXT,
    message TEXT,
    UNIQUE (project_id, started_at)
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    project_id INTEGER,
    level TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_project ON events (project_id, id);
  `,
  `
  CREATE TABLE training_requests (
    project_id INTEGER PRIMARY KEY REFERENCES projects (id),
    cause TEXT NOT NULL,
    arrival INTEGER NOT NULL
  ) STRICT;
  `,
  // Until then only the words of an event told that a version's scores are in Label Studio.
  `
  ALTER TABLE versions ADD COLUMN scores_pushed_at REAL;
  UPDATE versions SET scores_pushed_at = (
    SELECT max(at) FROM events
    WHERE events.project_id = versions.project_id
      AND substr(message, 1, length('Scores of ' || version || ' were pushed')) = 'Scores of ' || version || ' were pushed'
  );
  `,
  // Predictions of versions that were removed here may still be in Label Studio.
  `
  CREATE TABLE version_names (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    version TEXT NOT NULL,
    scores_pushed_at REAL,
    PRIMARY KEY (project_id, version)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO version_names SELECT project_id, version, scores_pushed_at FROM versions;
  INSERT OR IGNORE INTO version_names SELECT project_id, version, NULL FROM runs WHERE version IS NOT NULL;
  CREATE TRIGGER version_named AFTER INSERT ON versions BEGIN
    INSERT OR IGNORE INTO version_names VALUES (new.project_id, new.version, new.scores_pushed_at);
  END;
  CREATE TRIGGER version_pushed AFTER UPDATE OF scores_pushed_at ON versions BEGIN
    UPDATE version_names SET scores_pushed_at = new.scores_pushed_at WHERE project_id = new.project_id AND version = new.version;
  END;
  `,
  // One Label Studio may go by several names; each used to make projects of its own.
  `
  CREATE TABLE host_names (
    name TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    is_apart INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE projects ADD COLUMN joined_to INTEGER REFERENCES projects (id);
  `,
  `
  CREATE TABLE project_parameters (
    project_id INTEGER PRIMARY KEY REFERENCES projects (id),
    parameters TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE contacts (
    project_id INTEGER PRIMARY KEY REFERENCES projects (id),
    heard_at REAL,
    found_at REAL
  ) STRICT;
  `,
  // Label Studio on SQLite gives numbers of deleted tasks and annotations again; the rows of `deleted` say which of them are meant.
  `
  ALTER TABLE annotations ADD COLUMN created_at REAL;
  ALTER TABLE annotations ADD COLUMN task_created_at REAL;
  ALTER TABLE annotations ADD COLUMN lead_time REAL;
  ALTER TABLE annotations ADD COLUMN review TEXT;
  ALTER TABLE projects ADD COLUMN newest_created_at REAL;
  ALTER TABLE deleted ADD COLUMN newest REAL;
  ALTER TABLE deleted ADD COLUMN alive_from REAL;
  ALTER TABLE deleted ADD COLUMN unseen_since REAL;
  ALTER TABLE deleted ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
  UPDATE deleted SET newest = (SELECT max(updated_at) FROM annotations WHERE annotations.project_id = deleted.project_id);
  CREATE INDEX projects_by_key ON projects (project);
  CREATE INDEX annotations_counted ON annotations (project_id, was_cancelled, arrival);
  CREATE TABLE tasks (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    id INTEGER NOT NULL,
    created_at REAL,
    PRIMARY KEY (project_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE project_changes (value INTEGER NOT NULL) STRICT;
  INSERT INTO project_changes VALUES (0);
  CREATE TRIGGER project_added AFTER INSERT ON projects BEGIN UPDATE project_changes SET value = value + 1; END;
  CREATE TRIGGER project_removed AFTER DELETE ON projects BEGIN UPDATE project_changes SET value = value + 1; END;
  CREATE TRIGGER project_changed AFTER UPDATE OF hostname, project, title, label_config, serving_version, joined_to ON projects
    BEGIN UPDATE project_changes SET value = value + 1; END;
  CREATE TABLE journal (position INTEGER NOT NULL) STRICT;
  INSERT INTO journal VALUES (0);
  CREATE TABLE comparisons (
    project_id INTEGER PRIMARY KEY REFERENCES projects (id),
    at REAL NOT NULL,
    is_whole INTEGER NOT NULL,
    fetched INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    problem TEXT
  ) STRICT;
  CREATE TABLE label_mappings (
    project_id INTEGER NOT NULL REFERENCES projects (id),
    control TEXT NOT NULL,
    label TEXT NOT NULL,
    target TEXT,
    PRIMARY KEY (project_id, control, label)
  ) STRICT, WITHOUT ROWID;
  `,
];
