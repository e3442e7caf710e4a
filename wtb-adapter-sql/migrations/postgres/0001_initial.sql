-- The first schema of a WTB store in PostgreSQL.
--
-- In every table
--   seq       is the place in insertion order; pages go on after a seq.
--   id        is made by the application and never changes.
--   revision  is raised by every update; an update made from an older one finds no row.
--   documents (definition, metadata, state, details, ...) are `json`, which keeps them byte for byte; `jsonb` does not.
-- An index that serves a list ends with seq, so that a page is one range of it.
-- What is looked up is compared byte by byte (COLLATE "C"), as in SQLite and in memory.
--
-- PostgreSQL answers about the unique index that was made first when several are violated, so those of the ids are first.

-- Graphs of nodes, each under a name and a version.
CREATE TABLE workflows (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    description TEXT NOT NULL,
    definition JSON NOT NULL,
    metadata JSON NOT NULL
);

CREATE UNIQUE INDEX workflows_by_id ON workflows (id);
-- For the newest workflow of a name; the index on name and version has another order.
CREATE INDEX workflows_by_name ON workflows (name, seq);
CREATE UNIQUE INDEX workflows_by_name_and_version ON workflows (name, version);

-- Runs of workflows.
CREATE TABLE executions (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    workflow_id TEXT COLLATE "C" NOT NULL REFERENCES workflows (id),
    status TEXT COLLATE "C" NOT NULL
        CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    session_id TEXT COLLATE "C",
    checkpoint_id TEXT COLLATE "C",
    current_node TEXT COLLATE "C",
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    -- The node to blame for the error, if there is an error and a node.
    error_node TEXT COLLATE "C" CHECK (error_node IS NULL OR error_message IS NOT NULL),
    error_message TEXT,
    -- Arrays of node ids.
    execution_path JSON NOT NULL,
    breakpoints JSON NOT NULL,
    metadata JSON NOT NULL,
    initial_state JSON NOT NULL,
    state JSON NOT NULL
);

CREATE UNIQUE INDEX executions_by_id ON executions (id);
CREATE INDEX executions_by_workflow ON executions (workflow_id, seq);
CREATE INDEX executions_by_status ON executions (status, seq);

-- Attempts to run a node of an execution.
CREATE TABLE node_boundaries (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    execution_id TEXT COLLATE "C" NOT NULL REFERENCES executions (id),
    session_id TEXT COLLATE "C" NOT NULL,
    node_id TEXT COLLATE "C" NOT NULL,
    attempt BIGINT NOT NULL CHECK (attempt BETWEEN 1 AND 4294967295),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'skipped')),
    entry_checkpoint_id TEXT COLLATE "C",
    exit_checkpoint_id TEXT COLLATE "C",
    started_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    error_message TEXT,
    error_details JSON CHECK (error_details IS NULL OR error_message IS NOT NULL)
);

CREATE UNIQUE INDEX node_boundaries_by_id ON node_boundaries (id);
CREATE INDEX node_boundaries_by_session ON node_boundaries (session_id, seq);
CREATE INDEX node_boundaries_completed ON node_boundaries (session_id, seq) WHERE status = 'completed';
CREATE INDEX node_boundaries_by_execution ON node_boundaries (execution_id, seq);
CREATE UNIQUE INDEX node_boundaries_by_attempt ON node_boundaries (session_id, node_id, attempt);

-- Which commit of tracked files belongs to a checkpoint.
CREATE TABLE checkpoint_files (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    checkpoint_id TEXT COLLATE "C" NOT NULL,
    file_commit_id TEXT COLLATE "C" NOT NULL,
    file_count BIGINT NOT NULL CHECK (file_count >= 0),
    total_size_bytes BIGINT NOT NULL CHECK (total_size_bytes >= 0),
    created_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX checkpoint_files_by_id ON checkpoint_files (id);
CREATE INDEX checkpoint_files_by_file_commit ON checkpoint_files (file_commit_id, seq);
CREATE UNIQUE INDEX checkpoint_files_by_checkpoint ON checkpoint_files (checkpoint_id);

-- Nodes that can take the place of a node of a workflow.
CREATE TABLE node_variants (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    workflow_id TEXT COLLATE "C" NOT NULL REFERENCES workflows (id),
    node_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    description TEXT NOT NULL,
    definition JSON NOT NULL,
    metadata JSON NOT NULL
);

CREATE UNIQUE INDEX node_variants_by_id ON node_variants (id);
CREATE INDEX node_variants_by_workflow ON node_variants (workflow_id, seq);
CREATE INDEX node_variants_by_node ON node_variants (workflow_id, node_id, seq);
CREATE INDEX node_variants_active ON node_variants (workflow_id, node_id, seq) WHERE is_active;
CREATE UNIQUE INDEX node_variants_by_name ON node_variants (workflow_id, node_id, name);

-- What evaluators thought of executions.
CREATE TABLE evaluation_results (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    execution_id TEXT COLLATE "C" NOT NULL REFERENCES executions (id),
    evaluator_name TEXT NOT NULL,
    evaluator_version TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    passed BOOLEAN NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL,
    duration_ns BIGINT NOT NULL CHECK (duration_ns >= 0),
    -- An array of objects with name, value and unit.
    metrics JSON NOT NULL,
    details TEXT,
    raw_output JSON,
    metadata JSON NOT NULL
);

CREATE UNIQUE INDEX evaluation_results_by_id ON evaluation_results (id);
CREATE INDEX evaluation_results_by_execution ON evaluation_results (execution_id, seq);

-- The log of what happened. Only ever appended to; an entry is identified by its seq.
CREATE TABLE audit_logs (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    timestamp TIMESTAMPTZ NOT NULL,
    -- An open set.
    event_type TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL CHECK (severity IN ('debug', 'info', 'success', 'warning', 'error')),
    -- Refers to nothing: the log may outlive an execution.
    execution_id TEXT COLLATE "C",
    node_id TEXT COLLATE "C",
    duration_ns BIGINT CHECK (duration_ns >= 0),
    message TEXT NOT NULL,
    details JSON NOT NULL,
    error TEXT
);

-- Entries about no execution are only listed with all others.
CREATE INDEX audit_logs_by_execution ON audit_logs (execution_id, seq) WHERE execution_id IS NOT NULL;
