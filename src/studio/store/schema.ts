/**
 * The steps from an empty database to the present one. A step that was released never changes: new ones are added at the end.
 *
 * `event` is what happened, and only grows; `current`, `flag` and the state of a `batch` follow from it alone. A label keeps its number for good:
 * renaming, merging and splitting change what a number means, not what was answered.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE clock (value INTEGER NOT NULL) STRICT;
  INSERT INTO clock VALUES (0);
  CREATE TABLE project (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    kind TEXT NOT NULL CHECK (kind IN ('text', 'image')),
    task TEXT NOT NULL CHECK (task IN ('single', 'multi')),
    guideline TEXT NOT NULL,
    settings TEXT NOT NULL,
    seed INTEGER NOT NULL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT,
    colour TEXT,
    description TEXT NOT NULL,
    position INTEGER NOT NULL,
    is_archived INTEGER NOT NULL,
    merged_into INTEGER REFERENCES label (id),
    split_from INTEGER REFERENCES label (id)
  ) STRICT;
  CREATE UNIQUE INDEX live_label_names ON label (name) WHERE is_archived = 0;
  CREATE TABLE item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content_hash TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    fields TEXT NOT NULL,
    source TEXT NOT NULL,
    subset TEXT,
    duplicate_group INTEGER,
    is_removed INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('change', 'import', 'undo', 'redo')),
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    content TEXT NOT NULL,
    of_batch TEXT REFERENCES batch (id),
    state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped'))
  ) STRICT;
  CREATE INDEX batches_by_user ON batch (user, state, first_seq);
  CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    user TEXT NOT NULL,
    batch_id TEXT NOT NULL REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED,
    type TEXT NOT NULL CHECK (type IN ('label', 'flag', 'comment', 'undo', 'redo', 'import')),
    item INTEGER NOT NULL REFERENCES item (id),
    class INTEGER REFERENCES label (id),
    flag TEXT CHECK (flag IN ('exclude', 'validation', 'skip', 'comment')),
    value INTEGER CHECK (value IN (0, 1)),
    note TEXT,
    before_value INTEGER,
    before_note TEXT,
    before_via TEXT,
    via TEXT,
    version_shown TEXT,
    ms REAL,
    CHECK ((class IS NULL) <> (flag IS NULL))
  ) STRICT;
  CREATE INDEX events_by_item ON event (item, seq);
  CREATE INDEX events_by_batch ON event (batch_id);
  CREATE TABLE current (
    item INTEGER NOT NULL REFERENCES item (id),
    class INTEGER NOT NULL REFERENCES label (id),
    user TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)),
    via TEXT,
    seq INTEGER NOT NULL,
    PRIMARY KEY (item, user, class)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE flag (
    item INTEGER NOT NULL REFERENCES item (id),
    flag TEXT NOT NULL,
    user TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)),
    note TEXT,
    seq INTEGER NOT NULL,
    PRIMARY KEY (item, flag, user)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE version (
    name TEXT PRIMARY KEY,
    config TEXT NOT NULL,
    trained_at_seq INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    probabilities TEXT,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE lease (
    item INTEGER NOT NULL REFERENCES item (id),
    user TEXT NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (item, user)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('features', 'map', 'train', 'score', 'propagate', 'export')),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
    progress REAL NOT NULL,
    error TEXT,
    started_at REAL NOT NULL,
    ended_at REAL
  ) STRICT;
  `,
  // Data and settings go on saying the names of before.
  `
  CREATE TABLE earlier_label_name (
    name TEXT PRIMARY KEY,
    label INTEGER NOT NULL REFERENCES label (id)
  ) STRICT;
  `,
  // Search; and what the model would have said first, beside what was answered.
  `
  CREATE VIRTUAL TABLE item_text USING fts5 (content, content = 'item', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
  INSERT INTO item_text (item_text) VALUES ('rebuild');
  CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
    INSERT INTO item_text (rowid, content) VALUES (new.id, new.content);
  END;
  CREATE TRIGGER item_changed AFTER UPDATE OF content ON item WHEN old.content <> new.content BEGIN
    INSERT INTO item_text (item_text, rowid, content) VALUES ('delete', old.id, old.content);
    INSERT INTO item_text (rowid, content) VALUES (new.id, new.content);
  END;
  ALTER TABLE event ADD COLUMN suggested INTEGER REFERENCES label (id);
  `,
  // An import that was not ended: what was still to be done with its items.
  `
  CREATE TABLE open_import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first_item INTEGER NOT NULL
  ) STRICT;
  `,
];
