-- The first schema of a WTB store in SQLite.
--
-- In every table
--   seq       is the place in insertion order; pages go on after a seq. AUTOINCREMENT, where rows can be deleted, keeps
--             a place from being given to a second row, which a reader between two pages would miss.
--   id        is made by the application and never changes.
--   revision  is raised by every update; an update made from an older one finds no row.
--   *_at      are microseconds since 1970 in UTC.
--   documents (definition, metadata, state, details, ...) are JSON, kept byte for byte as text.
-- Large columns come last: SQLite reads a row from its start and can stop before them.
--
-- SQLite answers about the unique index that was made last when several are violated, so those of the ids are last.

-- Graphs of nodes, each under a name and a version.
CREATE TABLE workflows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    description TEXT NOT NULL,
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    metadata TEXT NOT NULL CHECK (json_valid(metadata))
) STRICT;

-- For the newest workflow of a name; the index on name and version has another order.
CREATE INDEX workflows_by_name ON workflows (name);
CREATE UNIQUE INDEX workflows_by_name_and_version ON workflows (name, version);
CREATE UNIQUE INDEX workflows_by_id ON workflows (id);

-- Runs of workflows.
CREATE TABLE executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    workflow_id TEXT NOT NULL REFERENCES workflows (id),
    status TEXT NOT NULL
        CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    session_id TEXT,
    checkpoint_id TEXT,
    current_node TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    -- The node to blame for the error, if there is an error and a node.
    error_node TEXT CHECK (error_node IS NULL OR error_message IS NOT NULL),
    error_message TEXT,
    -- Arrays of node ids.
    execution_path TEXT NOT NULL CHECK (json_valid(execution_path)),
    breakpoints TEXT NOT NULL CHECK (json_valid(breakpoints)),
    metadata TEXT NOT NULL CHECK (json_valid(metadata)),
    initial_state TEXT NOT NULL CHECK (json_valid(initial_state)),
    state TEXT NOT NULL CHECK (json_valid(state))
) STRICT;

CREATE INDEX executions_by_workflow ON executions (workflow_id);
CREATE INDEX executions_by_status ON executions (status);
CREATE UNIQUE INDEX executions_by_id ON executions (id);

-- Attempts to run a node of an execution.
CREATE TABLE node_boundaries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    execution_id TEXT NOT NULL REFERENCES executions (id),
    session_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt BETWEEN 1 AND 4294967295),
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'skipped')),
    entry_checkpoint_id TEXT,
    exit_checkpoint_id TEXT,
    started_at INTEGER,
    completed_at INTEGER,
    error_message TEXT,
    error_details TEXT
        CHECK (error_details IS NULL OR (error_message IS NOT NULL AND json_valid(error_details)))
) STRICT;

CREATE INDEX node_boundaries_by_session ON node_boundaries (session_id);
CREATE INDEX node_boundaries_completed ON node_boundaries (session_id) WHERE status = 'completed';
CREATE INDEX node_boundaries_by_execution ON node_boundaries (execution_id);
CREATE UNIQUE INDEX node_boundaries_by_attempt ON node_boundaries (session_id, node_id, attempt);
CREATE UNIQUE INDEX node_boundaries_by_id ON node_boundaries (id);

-- Which commit of tracked files belongs to a checkpoint.
CREATE TABLE checkpoint_files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    checkpoint_id TEXT NOT NULL,
    file_commit_id TEXT NOT NULL,
    file_count INTEGER NOT NULL CHECK (file_count >= 0),
    total_size_bytes INTEGER NOT NULL CHECK (total_size_bytes >= 0),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX checkpoint_files_by_file_commit ON checkpoint_files (file_commit_id);
CREATE UNIQUE INDEX checkpoint_files_by_checkpoint ON checkpoint_files (checkpoint_id);
CREATE UNIQUE INDEX checkpoint_files_by_id ON checkpoint_files (id);

-- Nodes that can take the place of a node of a workflow.
CREATE TABLE node_variants (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    workflow_id TEXT NOT NULL REFERENCES workflows (id),
    node_id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL,
    description TEXT NOT NULL,
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    metadata TEXT NOT NULL CHECK (json_valid(metadata))
) STRICT;

CREATE INDEX node_variants_by_workflow ON node_variants (workflow_id);
CREATE INDEX node_variants_by_node ON node_variants (workflow_id, node_id);
CREATE INDEX node_variants_active ON node_variants (workflow_id, node_id) WHERE is_active;
CREATE UNIQUE INDEX node_variants_by_name ON node_variants (workflow_id, node_id, name);
CREATE UNIQUE INDEX node_variants_by_id ON node_variants (id);

-- What evaluators thought of executions.
CREATE TABLE evaluation_results (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    execution_id TEXT NOT NULL REFERENCES executions (id),
    evaluator_name TEXT NOT NULL,
    evaluator_version TEXT NOT NULL,
    score REAL NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    evaluated_at INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL CHECK (duration_ns >= 0),
    -- An array of objects with name, value and unit.
    metrics TEXT NOT NULL CHECK (json_valid(metrics)),
    details TEXT,
    raw_output TEXT CHECK (raw_output IS NULL OR json_valid(raw_output)),
    metadata TEXT NOT NULL CHECK (json_valid(metadata))
) STRICT;

CREATE INDEX evaluation_results_by_execution ON evaluation_results (execution_id);
CREATE UNIQUE INDEX evaluation_results_by_id ON evaluation_results (id);

-- The log of what happened. Only ever appended to, so that seq needs no AUTOINCREMENT; an entry is identified by it.
CREATE TABLE audit_logs (
    seq INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    -- An open set.
    event_type TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('debug', 'info', 'success', 'warning', 'error')),
    -- Refers to nothing: the log may outlive an execution.
    execution_id TEXT,
    node_id TEXT,
    duration_ns INTEGER CHECK (duration_ns >= 0),
    message TEXT NOT NULL,
    details TEXT NOT NULL CHECK (json_valid(details)),
    error TEXT
) STRICT;

-- Entries about no execution are only listed with all others.
CREATE INDEX audit_logs_by_execution ON audit_logs (execution_id) WHERE execution_id IS NOT NULL;
