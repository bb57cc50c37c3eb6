import SQLite

/// The schema's history. Append only: a database of any release before still opens.
///
/// Every table is keyed by one integer. A step's key is its job's number and its place in the document
/// (`StepKey`), an event's its job's number and its sequence number (`EventKey`): what belongs to one job
/// lies together, and no second index is needed.
enum Migrations {
  /// `miss` in ASCII: `PRAGMA application_id` of our files.
  static let applicationID: Int32 = 0x6d69_7373

  /// All of them, oldest first.
  static let all: [Migrator.Migration] = [
    jobs, audit, KnowledgeTables.migration, tokens, fewerIndexes, attemptTokens,
  ]

  static let migrator = Migrator(applicationID: applicationID, migrations: all)

  private static let jobs = Migrator.Migration(
    "jobs, documents, steps, events",
    """
    CREATE TABLE jobs (
      -- Never given twice: what a deleted job leaves to be purged must not meet a new one.
      number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number < 1 << 31),
      id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
      priority INTEGER NOT NULL CHECK (priority BETWEEN -100 AND 100),
      revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
      last_event INTEGER NOT NULL DEFAULT 0 CHECK (last_event BETWEEN 0 AND (1 << 32) - 1),
      is_cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (is_cancel_requested IN (0, 1)),
      -- Running, but its executor went with the daemon: the next claim hands it out again.
      is_interrupted INTEGER NOT NULL DEFAULT 0 CHECK (is_interrupted IN (0, 1)),
      created_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER,
      pending INTEGER NOT NULL CHECK (pending >= 0),
      running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
      success INTEGER NOT NULL DEFAULT 0 CHECK (success >= 0),
      failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
      skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped >= 0),
      cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
      workspace TEXT NOT NULL,
      workspace_state TEXT NOT NULL CHECK (workspace_state IN ('own', 'named', 'handed_over', 'removed')),
      retried_as TEXT,
      error TEXT,
      labels TEXT,
      warnings TEXT,
      context TEXT,
      CHECK (CASE state
        WHEN 'queued' THEN started_at IS NULL AND finished_at IS NULL
        WHEN 'running' THEN started_at IS NOT NULL AND finished_at IS NULL
        WHEN 'cancelled' THEN finished_at IS NOT NULL
        ELSE started_at IS NOT NULL AND finished_at IS NOT NULL END),
      CHECK (is_interrupted = 0 OR state = 'running'),
      CHECK (finished_at IS NULL OR (pending = 0 AND running = 0)),
      CHECK (retried_as IS NULL OR finished_at IS NOT NULL),
      CHECK (workspace_state IN ('own', 'named') OR finished_at IS NOT NULL)
    );
    CREATE INDEX jobs_queue ON jobs (priority DESC, number) WHERE state = 'queued';
    CREATE INDEX jobs_queued_workspace ON jobs (workspace, priority DESC, number)
      WHERE state = 'queued' AND workspace_state = 'named';
    CREATE INDEX jobs_running ON jobs (workspace) WHERE state = 'running';
    CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
    CREATE INDEX jobs_outcome ON jobs (state, number) WHERE finished_at IS NOT NULL;
    CREATE INDEX jobs_own_workspace ON jobs (finished_at)
      WHERE finished_at IS NOT NULL AND workspace_state = 'own';
    CREATE INDEX jobs_name ON jobs (name, number);

    CREATE TABLE job_labels (
      key TEXT NOT NULL, value TEXT NOT NULL, job INTEGER NOT NULL REFERENCES jobs,
      PRIMARY KEY (key, value, job)
    ) WITHOUT ROWID;
    CREATE INDEX job_labels_job ON job_labels (job);

    CREATE TABLE idempotency_keys (
      owner TEXT NOT NULL, key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      fingerprint BLOB NOT NULL, job INTEGER NOT NULL REFERENCES jobs,
      PRIMARY KEY (owner, key)
    ) WITHOUT ROWID;
    CREATE INDEX idempotency_keys_job ON idempotency_keys (job);

    CREATE TABLE documents (
      job INTEGER PRIMARY KEY,
      format TEXT NOT NULL CHECK (format IN ('json', 'yaml')),
      size INTEGER NOT NULL CHECK (size >= 0),
      -- NULL where the document is big and lies in document_chunks.
      bytes BLOB CHECK (bytes IS NULL OR length(bytes) = size)
    );
    CREATE TABLE document_chunks (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    -- The ids of the steps, a line each; a row for each thousand, keyed like its first step.
    CREATE TABLE step_ids (key INTEGER PRIMARY KEY, ids TEXT NOT NULL);

    CREATE TABLE step_results (
      key INTEGER PRIMARY KEY,
      status TEXT NOT NULL CHECK (status IN ('success', 'failed', 'skipped', 'cancelled')),
      attempts INTEGER NOT NULL CHECK (attempts >= 0),
      duration_ms INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER,
      user_ms INTEGER,
      system_ms INTEGER,
      max_rss_bytes INTEGER,
      output_size INTEGER NOT NULL,
      error TEXT,
      warnings TEXT,
      -- Compact JSON; NULL for null, and where it is big and lies in step_outputs.
      output BLOB,
      CHECK (attempts = 0 OR started_at IS NOT NULL),
      CHECK (status NOT IN ('success', 'failed') OR finished_at IS NOT NULL)
    );
    CREATE TABLE step_outputs (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE attempts (
      step INTEGER NOT NULL,
      number INTEGER NOT NULL CHECK (number >= 1),
      started_at INTEGER NOT NULL,
      finished_at INTEGER,
      ending TEXT CHECK (
        ending IN ('success', 'failed', 'cancelled', 'timed_out', 'interrupted', 'drained')),
      -- The daemon died: what counts against a step that is tried again and again.
      is_death INTEGER NOT NULL DEFAULT 0 CHECK (is_death = 0 OR ending = 'interrupted'),
      error TEXT,
      CHECK ((finished_at IS NULL) = (ending IS NULL)),
      PRIMARY KEY (step, number)
    ) WITHOUT ROWID;
    CREATE INDEX attempts_open ON attempts (step) WHERE finished_at IS NULL;
    CREATE TABLE checkpoints (key INTEGER PRIMARY KEY, value BLOB NOT NULL);

    -- One row for the news of one transaction, keyed by its last event.
    CREATE TABLE events (key INTEGER PRIMARY KEY, news TEXT NOT NULL);

    -- Deleted jobs whose steps, events and documents are being removed a few at a time.
    CREATE TABLE removals (job INTEGER PRIMARY KEY);
    """)

  private static let tokens = Migrator.Migration(
    "tokens of models",
    """
    -- What models read and wrote for a job and for a step; NULL where none was asked.
    ALTER TABLE jobs ADD COLUMN prompt_tokens INTEGER CHECK (prompt_tokens >= 0);
    ALTER TABLE jobs ADD COLUMN completion_tokens INTEGER
      CHECK ((prompt_tokens IS NULL) = (completion_tokens IS NULL) AND completion_tokens >= 0);
    ALTER TABLE step_results ADD COLUMN prompt_tokens INTEGER;
    ALTER TABLE step_results ADD COLUMN completion_tokens INTEGER;
    """)

  private static let audit = Migrator.Migration(
    "audit trail",
    """
    -- What one transaction accounts for about one job, keyed by the number of its last entry.
    CREATE TABLE audit (
      key INTEGER PRIMARY KEY,
      -- When it was written. Never earlier than the row before, whatever the clock says.
      at INTEGER NOT NULL,
      job TEXT CHECK (job IS NULL OR length(job) = 36),
      -- 32 bytes an entry: SHA-256 of the hash before it and of its line.
      hashes BLOB NOT NULL CHECK (length(hashes) > 0 AND length(hashes) % 32 = 0),
      entries TEXT NOT NULL
    );
    CREATE INDEX audit_at ON audit (at);
    CREATE INDEX audit_job ON audit (job) WHERE job IS NOT NULL;
    -- The last entry that retention removed, to which the first is tied.
    CREATE TABLE audit_anchor (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      sequence INTEGER NOT NULL,
      at INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    );
    INSERT INTO audit_anchor VALUES (1, 0, 0, zeroblob(32));

    CREATE TRIGGER audit_appends BEFORE INSERT ON audit
    WHEN NEW.key - length(NEW.hashes) / 32 <> coalesce(
      (SELECT max(key) FROM audit), (SELECT sequence FROM audit_anchor))
    BEGIN SELECT RAISE(ABORT, 'the audit trail grows at its end only'); END;
    CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit
    WHEN OLD.key > (SELECT sequence FROM audit_anchor)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is shortened by retention only'); END;
    CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor
    WHEN NEW.sequence < OLD.sequence
    BEGIN SELECT RAISE(ABORT, 'the anchor of the audit trail never goes back'); END;
    CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON audit_anchor
    BEGIN SELECT RAISE(ABORT, 'the audit trail has one anchor'); END;
    """)

  /// Each index is one more page in every commit of a step. Times never go back along the trail, so its keys
  /// find them; open attempts are those of the few jobs that run.
  private static let fewerIndexes = Migrator.Migration(
    "fewer indexes",
    """
    DROP INDEX audit_at;
    DROP INDEX attempts_open;
    """)

  private static let attemptTokens = Migrator.Migration(
    "tokens of attempts",
    """
    -- What models used in an attempt: a step that goes on after a restart counts what it used before.
    ALTER TABLE attempts ADD COLUMN prompt_tokens INTEGER;
    ALTER TABLE attempts ADD COLUMN completion_tokens INTEGER;
    """)
}
